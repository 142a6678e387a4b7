using System.Security.Cryptography.X509Certificates;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Processes;

/// <summary>TLS between the real programs, and with OpenSSL's client for the view from outside.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Ping_sum_and_bench_work_over_TLS()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_files.Server);

        await using ChildProcess ping = await ClientAsync(server, ["-c", "3", "-i", "10ms", .. _files.Trust]);
        await using ChildProcess sum = await ClientAsync(server, ["sum", "7", "4", .. _files.Trust]);
        await using ChildProcess bench = await ClientAsync(server, ["bench", "-n", "2000", "-c", "5", "-P", "8", .. _files.Trust]);

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        ping.Output.Text.Should().ContainAll("3 sent, 3 answered, 0 lost", "connections used: 1");
        sum.Output.Text.Should().Be("11");
        (await bench.ExitAsync()).Should().Be(0, bench.Error.Text);
        bench.Output.Text.Should().Contain("2000 ok + 0 failed");
        server.Log.Text.Should().Contain("peer_closed").And.NotContain("no_close_notify");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Loopback_makes_a_certificate_of_its_own()
    {
        await using ChildProcess ping = await ChildProcess.RunAsync(Programs.TcpClient, "--loopback", "--tls", "-c", "2", "-i", "10ms");

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        ping.Output.Text.Should().Contain("2 sent, 2 answered");
    }

    // rule S7
    [Fact(Timeout = 60_000)]
    public async Task A_client_without_the_right_certificate_is_refused_and_one_with_it_is_served()
    {
        await using ServerProcess server = await ServerProcess.StartAsync([.. _files.Server, "--tls-client-ca", _files.Authority]);

        await using ChildProcess good = await ClientAsync(server, ["sum", "7", "4", .. _files.Trust, .. _files.Client]);
        await using ChildProcess none = await ClientAsync(server, ["-c", "1", "--timeout", "2s", .. _files.Trust]);
        await using ChildProcess wrong = await ClientAsync(server, ["-c", "1", "--timeout", "2s", .. _files.Trust, .. _files.Server]);

        good.Output.Text.Should().Be("11", good.Error.Text);
        foreach (ChildProcess refused in (ChildProcess[])[none, wrong])
        {
            (await refused.ExitAsync()).Should().NotBe(0);
            refused.Output.Text.Should().Contain("it may want a client certificate, or refuse the one given");
        }

        await server.Log.MatchAsync("client certificate refused: there is none");
        await server.Log.MatchAsync("client certificate refused: its usage is not that of a client");
        server.Log.Text.Should().Contain("closed: client_certificate (peer, handshake), 0 requests");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_expired_certificate_is_a_warning_at_start_and_a_reason_for_the_client()
    {
        using X509Certificate2 expired = TestCertificates.Issue("Expired", TestCertificates.ServerUse, (-3, -2));
        await using ServerProcess server = await ServerProcess.StartAsync(_files.Add("expired", expired));

        await using ChildProcess client = await ClientAsync(server, ["sum", "7", "4", .. _files.Trust]);

        await server.Log.MatchAsync("warn: .*The certificate of this server expired on ");
        (await client.ExitAsync()).Should().Be(5);
        client.Error.Lines.Should().ContainSingle(line => line.Length > 0).Which.Should().Contain(
            "server certificate refused: it expired on ");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_the_system_does_not_trust_is_refused_unless_the_user_says_otherwise()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_files.Server);

        await using ChildProcess strict = await ClientAsync(server, ["sum", "7", "4", "--tls"]);
        await using ChildProcess insecure = await ClientAsync(server, ["sum", "7", "4", "--tls", "--insecure"]);

        (await strict.ExitAsync()).Should().Be(5);
        strict.Error.Text.Should().Contain("its issuer 'CN=Test authority' is not trusted");
        insecure.Output.Text.Should().Be("11");
        insecure.Error.Text.Should().Contain("--insecure: the server is not verified");
        await server.StopAsync();
    }

    // rule S4
    [Fact(Timeout = 60_000)]
    public async Task Who_speaks_the_wrong_one_of_plain_and_TLS_learns_so()
    {
        await using ServerProcess plain = await ServerProcess.StartAsync();
        await using ServerProcess tls = await ServerProcess.StartAsync(_files.Server);

        await using ChildProcess tlsToPlain = await ClientAsync(plain, ["sum", "7", "4", .. _files.Trust]);
        await using ChildProcess plainToTls = await ClientAsync(tls, ["sum", "7", "4"]);

        (await tlsToPlain.ExitAsync()).Should().Be(5);
        tlsToPlain.Error.Text.Should().Contain("the server does not speak TLS but plain text");
        (await plainToTls.ExitAsync()).Should().Be(1);
        plainToTls.Error.Text.Should().Contain("the server speaks TLS");
        await plain.Log.MatchAsync("speaks TLS where JSON requests are expected");
        await tls.Log.MatchAsync("not TLS: plain text");
        await plain.StopAsync();
        await tls.StopAsync();
    }

    // rule S8
    [Fact(Timeout = 60_000)]
    public async Task SIGHUP_reads_the_certificate_again_for_new_connections_only()
    {
        using X509Certificate2 next = TestCertificates.Issue("The next one", TestCertificates.ServerUse);
        using X509Certificate2 other = TestCertificates.Issue("Another", TestCertificates.ServerUse);
        await using ServerProcess server = await ServerProcess.StartAsync(_files.Add("current", TestCertificates.Server));
        await using ChildProcess ping = ChildProcess.Start(
            Programs.TcpClient, ["--port", $"{server.Port}", "-i", "10ms", "-c", "300", .. _files.Trust]);
        await ping.Output.MatchAsync("seq=2 ");

        _files.Add("current", next);
        server.Process.Send(Signal.HangUp);
        await server.Log.MatchAsync("New connections get the certificate CN=The next one, valid until ");
        _files.Write("current.pem", other.ExportCertificatePem()); // and not its key
        server.Process.Send(Signal.HangUp);
        await server.Log.MatchAsync("fail: .*The certificate was not replaced: --tls-key: .* is not the key of the certificate");

        (await OpenSslAsync(server, "-tls1_3")).Should().Contain("CN = The next one");
        (await ping.ExitAsync()).Should().Be(0);
        ping.Output.Text.Should().Contain("connections used: 1");
    }

    // rule S2
    [Fact(Timeout = 60_000)]
    public async Task OpenSSL_gets_TLS_1_2_and_1_3_and_no_older_version()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_files.Server);

        foreach (string version in (string[])["-tls1_2", "-tls1_3"])
            (await OpenSslAsync(server, version)).Should().Contain("Verify return code: 0 (ok)").And.Contain("{\"Sum\":11}");
        (await OpenSslAsync(server, "-tls1_1 -cipher DEFAULT@SECLEVEL=0")).Should().Contain("alert protocol version");

        await server.StopAsync();
        server.Log.Text.Should().Contain("no version of TLS in common").And.Contain("peer_closed");
    }

    // rule S2
    [Theory(Timeout = 60_000)]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_session_is_resumed(string version)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            [.. _files.Server, "--tls-client-ca", _files.Authority]); // the session must carry the client's certificate too
        string client = $"{version} -cert {_files.Client[1]} -key {_files.Client[3]}";
        string session = _files.Write("session", "");

        string first = await OpenSslAsync(server, $"{client} -sess_out {session}");
        string second = await OpenSslAsync(server, $"{client} -sess_in {session}");

        first.Should().Contain("New, TLS").And.Contain("{\"Sum\":11}");
        second.Should().Contain("Reused, TLS").And.Contain("{\"Sum\":11}");
        await server.StopAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("no certificate", "--tls-cert: '", "' holds no certificate in PEM")]
    [InlineData("wrong key", "--tls-key: '", "' is not the key of the certificate in '")]
    [InlineData("no file", "--tls-cert: '", "' does not exist")]
    [InlineData("no key", "--tls-cert: needs its key", ": give --tls-key")]
    public async Task A_file_that_is_not_what_it_should_be_is_one_line_and_ends_with_2(string what, string begin, string part)
    {
        string[] options = what switch
        {
            "no certificate" => ["--tls-cert", _files.Write("none.pem", "nothing"), "--tls-key", _files.Server[3]],
            "wrong key" => ["--tls-cert", _files.Server[1], "--tls-key", _files.Client[3]],
            "no file" => ["--tls-cert", _files.Server[1] + ".missing", "--tls-key", _files.Server[3]],
            _ => _files.Server[..2],
        };

        await using ChildProcess server = await ChildProcess.RunAsync(Programs.TcpServer, options);

        (await server.ExitAsync()).Should().Be(2);
        server.Error.Lines.Should().ContainSingle(line => line.Length > 0).Which.Should()
            .StartWith("TcpServer: " + begin).And.Contain(part);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_TLS_nothing_of_it_is_loaded()
    {
        await using ServerProcess plain = await ServerProcess.StartAsync();
        await using ServerProcess tls = await ServerProcess.StartAsync(_files.Server);
        await using ChildProcess ping = ChildProcess.Start(Programs.TcpClient, ["--port", $"{plain.Port}", "-i", "10ms"]);
        await ping.Output.MatchAsync("seq=2 ");

        foreach (int process in (int[])[plain.Process.Id, ping.Id])
            Loaded(process).Should().BeEmpty();
        await using ChildProcess sum = await ClientAsync(tls, ["sum", "7", "4", .. _files.Trust]);
        Loaded(tls.Process.Id).Should().Contain(file => file.Contains("libssl"), "else this test sees nothing");
    }

    /// <summary>The files of TLS that a process has mapped.</summary>
    private static IEnumerable<string> Loaded(int process) => File.ReadLines($"/proc/{process}/maps")
        .Select(line => Path.GetFileName(line[(line.LastIndexOf(' ') + 1)..])).Distinct()
        .Where(file => file.StartsWith("libssl", StringComparison.Ordinal) || file.StartsWith("libcrypto", StringComparison.Ordinal)
            || file.Contains("Net.Security", StringComparison.Ordinal) || file.Contains("Cryptography", StringComparison.Ordinal));

    private static Task<ChildProcess> ClientAsync(ServerProcess server, string[] arguments) => ChildProcess.RunAsync(
        Programs.TcpClient,
        arguments is ["sum" or "bench", ..] ? [arguments[0], "--port", $"{server.Port}", .. arguments[1..]]
            : ["--port", $"{server.Port}", .. arguments]);

    /// <summary>What OpenSSL's client says, and gets for one request.</summary>
    private async Task<string> OpenSslAsync(ServerProcess server, string options)
    {
        Tools.Require("openssl");
        await using ChildProcess client = ChildProcess.Shell(
            $$"""
            (printf '{"A":7,"B":4}'; sleep 0.5) |
                openssl s_client -connect 127.0.0.1:{{server.Port}} -CAfile {{_files.Authority}} {{options}} 2>&1
            """);
        await client.ExitAsync();
        return client.Output.Text;
    }
}
