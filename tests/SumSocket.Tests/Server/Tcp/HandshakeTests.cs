using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>What happens before the first byte of a TLS connection, and how such a connection ends.</summary>
public sealed class HandshakeTests
{
    private const int HandshakeDone = 116;
    private const int HandshakeFailed = 117;
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // rule S2
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Speaks_both_versions(SslProtocols version)
    {
        await using ServerUnderTest server = ServerUnderTest.Start(lowest: LogLevel.Debug, tls: true);
        RawPeer peer = await (await server.ConnectBareAsync()).StartTlsAsync(o => o.EnabledSslProtocols = version);

        (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        (await server.Log.NextAsync(HandshakeDone))["Version"].Should().Be(version);
        await peer.CloseAsync();
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerClosed);
    }

    // rule S3
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("")]
    [InlineData("\x16\x03\x01")]
    public async Task Gives_up_a_handshake_that_is_not_completed_in_time(string started)
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        using RawPeer peer = await server.ConnectBareAsync();
        await peer.SendAsync(started);
        await TestTimeout.UntilAsync(() => server.Server.Connections.All.Any(c => c.Unread == 0), "it is accepted and read");

        server.Clock.Advance(10 * _second - TimeSpan.FromMilliseconds(1));
        server.Server.Connections.Count.Should().Be(1);
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));

        LogEntry closed = await server.Log.NextAsync(ServerUnderTest.ConnectionClosed);
        (closed["Reason"], closed["By"], closed["Phase"]).Should().Be(("handshake_timeout", "server", "handshake"));
    }

    // rule S3
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Peers_that_begin_a_handshake_and_say_no_more_keep_no_other_out()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        for (int i = 0; i < 200; i++)
            await (await server.ConnectBareAsync()).SendAsync("\x16\x03\x01\x02");

        using RawPeer peer = await (await server.ConnectBareAsync()).StartTlsAsync();

        (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_read_deadline_starts_at_the_end_of_the_handshake()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(
            o => o with { ReadTimeout = 5 * _second, Tls = o.Tls! with { HandshakeTimeout = 60 * _second } }, tls: true);
        RawPeer peer = await server.ConnectBareAsync();
        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 1, "it is accepted");
        server.Clock.Advance(50 * _second);

        await peer.StartTlsAsync();

        await server.AtRestAsync(1);
        server.Clock.Advance(4 * _second);
        (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_stop_waits_a_second_for_a_handshake()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        using RawPeer peer = await server.ConnectBareAsync();
        await peer.SendAsync("\x16\x03\x01");
        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 1, "it is accepted");

        Task<bool> stopped = server.Server.StopAsync();
        await server.DrainsAsync();
        server.Clock.Advance(0.9 * _second);
        server.Server.Connections.Count.Should().Be(1);
        server.Clock.Advance(0.1 * _second);

        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeTrue();
        (await server.NextCloseAsync()).Should().Be(CloseReason.ServerStopping);
    }

    // rule S4
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("""{"A":7,"B":4}""", "not TLS: plain text")]
    [InlineData("\n", "not TLS: plain text")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "not TLS: HTTP")]
    public async Task Answers_an_alert_to_what_is_no_TLS(string sent, string why)
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        using RawPeer peer = await server.ConnectBareAsync();

        await peer.SendAsync(sent);

        (await peer.ReceiveToEndAsync()).Should().Be("\x15\x03\x03\0\x02\x02\x0a");
        peer.Dispose();
        (await server.Log.NextAsync(HandshakeFailed))["Why"].Should().Be(why);
        (await server.NextCloseAsync()).Should().Be(CloseReason.NotTls);
    }

    // rule S4
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", "TLS")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP")]
    public async Task Names_what_a_peer_of_a_plain_port_speaks(string sent, string protocol)
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync(sent);

        (await peer.ReceiveToEndAsync()).Should().Contain("invalid_json");
        (await server.Log.NextAsync(115))["Protocol"].Should().Be(protocol);
    }

    // rule S6
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(SslProtocols.Tls12, "", "idle", "")]
    [InlineData(SslProtocols.Tls13, "", "idle", "")]
    [InlineData(
        SslProtocols.Tls13, """{"A":7""", "request", "{\"Error\":\"truncated\",\"Message\":\"the message ended in the middle\"}\n")]
    public async Task An_end_without_close_notify_is_no_clean_end(SslProtocols version, string started, string phase, string lastAnswer)
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        RawPeer peer = await (await server.ConnectBareAsync()).StartTlsAsync(o => o.EnabledSslProtocols = version);
        (await peer.AskAsync("""{"A":7,"B":4}""" + started)).Should().Be("""{"Sum":11}""");

        peer.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        (await peer.ReceiveToEndAsync()).Should().Be(lastAnswer);
        LogEntry closed = await server.Log.NextAsync(ServerUnderTest.ConnectionClosed);
        (closed["Reason"], closed["By"], closed["Phase"]).Should().Be(("no_close_notify", "peer", phase));
    }

    // rule S6
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_end_inside_a_record_is_no_clean_end_either()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        RawPeer peer = await server.ConnectAsync();
        await peer.AskAsync("""{"A":7,"B":4}""");

        await peer.Socket.SendAsync("\x17\x03\x03\0\x20half a record"u8.ToArray());
        peer.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        await peer.ReceiveToEndAsync();
        (await server.NextCloseAsync()).Should().Be(CloseReason.NoCloseNotify);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_record_that_cannot_be_decrypted_ends_the_connection()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        RawPeer peer = await server.ConnectAsync();
        await peer.AskAsync("""{"A":7,"B":4}""");

        await peer.Socket.SendAsync(new byte[] { 0x17, 3, 3, 0, 32 }.Concat(new byte[32]).ToArray());

        (await server.NextCloseAsync()).Should().Be(CloseReason.TlsError);
    }

    // rule S8
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_new_certificate_is_for_new_connections()
    {
        using X509Certificate2 next = TestCertificates.Issue("The next one", TestCertificates.ServerUse);
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        RawPeer old = await server.ConnectAsync();

        server.Server.ReplaceCertificate(next);
        RawPeer fresh = await server.ConnectAsync();

        (old.Tls!.RemoteCertificate!.Subject, fresh.Tls!.RemoteCertificate!.Subject).Should().Be(("CN=Test server", "CN=The next one"));
        (await old.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Warns_of_a_certificate_that_has_expired()
    {
        using X509Certificate2 expired = TestCertificates.Issue("Expired", TestCertificates.ServerUse, (-3, -2));
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with { Tls = new TlsServerOptions { Certificate = expired } });
        server.Expected.Add(118);

        ((string)(await server.Log.NextAsync(118))["Fault"]!).Should().StartWith("expired on ");
    }

    // rule S7
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_client_certificate_of_the_right_authority_is_served()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(RequireCertificate, tls: true);
        RawPeer peer = await (await server.ConnectBareAsync()).StartTlsAsync(With(TestCertificates.Client));

        (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    // rule S7
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("missing", "there is none")]
    [InlineData("self-signed", "it is self-signed and not among those trusted")]
    [InlineData("expired", "it expired on ")]
    [InlineData("too early", "it is not valid before ")]
    [InlineData("other authority", "its issuer 'CN=Other authority' is not trusted")]
    [InlineData("of a server", "its usage is not that of a client")]
    public async Task A_client_certificate_that_is_not_right_is_refused_before_the_first_byte(string which, string why)
    {
        foreach (SslProtocols version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
        {
            await using ServerUnderTest server = ServerUnderTest.Start(RequireCertificate, LogLevel.Debug, tls: true);
            using X509Certificate2? certificate = Wrong(which);
            RawPeer peer = await server.ConnectBareAsync();

            await Record.ExceptionAsync(async () => // with TLS 1.3 a client learns of it only after its side of the handshake
            {
                await peer.StartTlsAsync(With(certificate) + (o => o.EnabledSslProtocols = version));
                (await peer.AskAsync("""{"A":7,"B":4}""")).Should().BeNull();
            });

            ((string)(await server.Log.NextAsync(HandshakeFailed))["Why"]!).Should().StartWith("client certificate refused: " + why);
            peer.Dispose();
            LogEntry closed = await server.Log.NextAsync(ServerUnderTest.ConnectionClosed);
            (closed["Reason"], closed["Requests"]).Should().Be(("client_certificate", 0L));
            server.Log.Entries.Should().NotContain(entry => entry.Id == 113, "no request was read");
        }
    }

    private static SumTcpServerOptions RequireCertificate(SumTcpServerOptions options) =>
        options with { Tls = options.Tls! with { ClientAuthorities = [TestCertificates.Authority] } };

    private static Action<SslClientAuthenticationOptions> With(X509Certificate2? certificate) => options =>
        options.ClientCertificateContext =
            certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true);

    private static X509Certificate2? Wrong(string which) => which switch
    {
        "missing" => null,
        "self-signed" => TestCertificates.Issue("Self", TestCertificates.ClientUse, selfSigned: true),
        "expired" => TestCertificates.Issue("Late", TestCertificates.ClientUse, (-3, -2)),
        "too early" => TestCertificates.Issue("Early", TestCertificates.ClientUse, (2, 3)),
        "other authority" => TestCertificates.Issue(
            "Other", TestCertificates.ClientUse, issuer: TestCertificates.NewAuthority("Other authority")),
        _ => TestCertificates.Issue("Server", TestCertificates.ServerUse),
    };
}
