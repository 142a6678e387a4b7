using System.Net;
using System.Security.Cryptography.X509Certificates;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;
using SumSocket.Tests.Server.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>A real client against a real server with TLS: who is trusted, and what is said of who is not.</summary>
public sealed class TlsClientTests
{
    private const int CertificateNotValid = 118;

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gets_a_sum_from_a_server_that_it_can_verify()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        await using SumTcpClient client = NewClient(server, new TlsClientOptions { Authorities = [TestCertificates.Authority] });

        (await client.SumAsync(7, 4)).Sum.Should().Be(11);

        await client.DisposeAsync();
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerClosed, "the client ends with close_notify");
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("expired", "it expired on ")]
    [InlineData("too early", "it is not valid before ")]
    [InlineData("self-signed", "it is self-signed and not among those trusted")]
    [InlineData("other authority", "its issuer 'CN=Other?[31m authority' is not trusted")]
    [InlineData("other host", "it is not for '127.0.0.1' but for 'a.example', 'b.example'")]
    [InlineData("of a client", "its usage is not that of a server")]
    public async Task Says_what_is_wrong_with_a_certificate_and_sends_nothing(string which, string why)
    {
        using X509Certificate2 certificate = Wrong(which);
        await using ServerUnderTest server = ServerUnderTest.Start(
            o => o with { Tls = new TlsServerOptions { Certificate = certificate } });
        server.Expected.Add(CertificateNotValid);
        await using SumTcpClient client = NewClient(server, new TlsClientOptions { Authorities = [TestCertificates.Authority] });
        ConnectionEvent? failed = null;
        client.ConnectionChanged += happened => failed = happened;

        Exception? refused = await Record.ExceptionAsync(() => client.ConnectAsync());

        refused.Should().BeOfType<SumConnectException>().Which.Message.Should().StartWith(
            $"cannot connect to 127.0.0.1:{server.EndPoint.Port}: server certificate refused: {why}");
        failed!.Cause.Should().Be(ConnectionCause.TlsFailed);
        server.Server.Connections.Requests.Should().Be(0);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Trusts_no_authority_that_only_the_tests_know_without_being_given_it()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        await using SumTcpClient client = NewClient(server, new TlsClientOptions());

        await FluentActions.Awaiting(() => client.ConnectAsync()).Should().ThrowAsync<SumConnectException>()
            .WithMessage("*its issuer 'CN=Test authority' is not trusted");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_any_certificate_when_it_must_not_verify()
    {
        using X509Certificate2 certificate = Wrong("expired");
        await using ServerUnderTest server = ServerUnderTest.Start(
            o => o with { Tls = new TlsServerOptions { Certificate = certificate } });
        server.Expected.Add(CertificateNotValid);
        await using SumTcpClient client = NewClient(server, new TlsClientOptions { SkipVerification = true, ServerName = "wrong.example" });

        (await client.SumAsync(7, 4)).Sum.Should().Be(11);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Verifies_the_name_it_was_given()
    {
        using X509Certificate2 certificate = Wrong("other host");
        await using ServerUnderTest server = ServerUnderTest.Start(
            o => o with { Tls = new TlsServerOptions { Certificate = certificate } });
        await using SumTcpClient client = NewClient(
            server, new TlsClientOptions { ServerName = "a.example", Authorities = [TestCertificates.Authority] });

        (await client.SumAsync(7, 4)).Sum.Should().Be(11);
    }

    // rule S7
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Shows_its_certificate_and_learns_when_one_is_missing()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(
            o => o with { Tls = o.Tls! with { ClientAuthorities = [TestCertificates.Authority] } }, tls: true);
        var options = new TlsClientOptions { Authorities = [TestCertificates.Authority] };
        await using SumTcpClient good = NewClient(server, options with { Certificate = TestCertificates.Client });
        (await good.SumAsync(7, 4)).Sum.Should().Be(11);

        await using SumTcpClient bad = NewClient(server, options);
        var lost = new TaskCompletionSource<ConnectionEvent>();
        bad.ConnectionChanged += happened => _ = happened.Kind == ConnectionEventKind.Lost && lost.TrySetResult(happened);
        await bad.ConnectAsync();

        (await lost.Task.WaitAsync(TestTimeout.Span)).Reason.Should().Be(
            "connection cut by peer after the handshake: it may want a client certificate, or refuse the one given");
    }

    // rule S4
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Says_that_a_server_does_not_speak_TLS()
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        await using SumTcpClient client = NewClient(server, new TlsClientOptions());

        await FluentActions.Awaiting(() => client.ConnectAsync()).Should().ThrowAsync<SumConnectException>()
            .WithMessage("*: the server does not speak TLS but plain text");
    }

    // rule S4
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Says_that_a_server_speaks_TLS()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        await using SumTcpClient client = NewClient(server, null);
        var lost = new TaskCompletionSource<ConnectionEvent>();
        client.ConnectionChanged += happened => _ = happened.Kind == ConnectionEventKind.Lost && lost.TrySetResult(happened);

        await client.SumAsync(7, 4);

        (await lost.Task.WaitAsync(TestTimeout.Span)).Should().BeEquivalentTo(
            new { Reason = "protocol violation: the server speaks TLS", Cause = ConnectionCause.ProtocolViolation });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_connect_timeout_includes_the_handshake()
    {
        await using var silent = new ScriptedServer();
        var clock = new ManualTimeProvider();
        await using var client = new SumTcpClient(
            new SumTcpClientOptions { Port = silent.Port, Tls = new TlsClientOptions(), ConnectTimeout = TimeSpan.FromSeconds(3) },
            null, clock);

        Task connecting = client.ConnectAsync();
        await silent.AcceptAsync();
        await TestTimeout.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return connecting.IsCompleted;
            },
            "the attempt ends");

        await FluentActions.Awaiting(() => connecting).Should().ThrowAsync<SumConnectException>().WithMessage("*timed out*");
    }

    // rule S6
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_end_without_close_notify_is_reported_as_such()
    {
        await using var server = new ScriptedServer(tls: true);
        await using var client = new SumTcpClient(new SumTcpClientOptions
        {
            Port = server.Port,
            Tls = new TlsClientOptions { Authorities = [TestCertificates.Authority] },
        });
        var lost = new TaskCompletionSource<ConnectionEvent>();
        client.ConnectionChanged += happened => _ = happened.Kind == ConnectionEventKind.Lost && lost.TrySetResult(happened);
        Task<SumResult> sum = client.SumAsync(7, 4).AsTask();
        ScriptedPeer peer = await server.AcceptAsync();
        await peer.ServeAsync();
        await sum;

        peer.CloseBare();

        (await lost.Task.WaitAsync(TestTimeout.Span)).Should().BeEquivalentTo(
            new { Reason = "connection cut: the peer's end came without close_notify", Cause = ConnectionCause.EndOfStream });
    }

    private static SumTcpClient NewClient(ServerUnderTest server, TlsClientOptions? tls) =>
        new(new SumTcpClientOptions { Host = IPAddress.Loopback.ToString(), Port = server.EndPoint.Port, Tls = tls });

    private static X509Certificate2 Wrong(string which) => which switch
    {
        "expired" => TestCertificates.Issue("Late", TestCertificates.ServerUse, (-3, -2)),
        "too early" => TestCertificates.Issue("Early", TestCertificates.ServerUse, (2, 3)),
        "self-signed" => TestCertificates.Issue("Self", TestCertificates.ServerUse, selfSigned: true),
        "other authority" => TestCertificates.Issue(
            "Other", TestCertificates.ServerUse, issuer: TestCertificates.NewAuthority("Other\u001b[31m authority")),
        "other host" => TestCertificates.Issue(
            "Other", TestCertificates.ServerUse, null, null, false, "a.example", "b.example"),
        _ => TestCertificates.Issue("Client", TestCertificates.ClientUse),
    };
}
