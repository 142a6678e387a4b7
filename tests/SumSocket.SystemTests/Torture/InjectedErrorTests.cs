using System.Text.Json;
using SumSocket.Client.Tcp;
using SumSocket.Client.Udp;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Torture;

/// <summary>System calls that fail: the kernel's answer is replaced by strace, at every third call or so.</summary>
public sealed class InjectedErrorTests : IDisposable
{
    private const string Receive = "recvfrom,recvmsg";
    private const string Send = "sendto,sendmsg";
    private const int Requests = 200;
    private const int PerConnection = 5;

    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    private readonly string _trace = Path.GetTempFileName();

    public void Dispose() => File.Delete(_trace);

    [Theory(Timeout = 60_000)]
    [InlineData("EMFILE")]
    [InlineData("ENOMEM")]
    [InlineData("ECONNABORTED")]
    [InlineData("EPROTO")]
    [InlineData("EPERM")]
    public async Task A_server_whose_accepts_fail_serves_all_in_the_end(string error)
    {
        await using ServerProcess server = await StartAsync(Programs.TcpServer, $"accept4:error={error}:when=2+3");
        RequestLedger ledger = await AskOverTcpAsync(server.Port);

        ledger[RequestFate.Right].Should().Be(Requests, ledger.ToString());
        await StopAsync(server);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Receive, "ECONNRESET")]
    [InlineData(Receive, "ETIMEDOUT")]
    [InlineData(Receive, "ENOMEM")]
    [InlineData(Send, "ECONNRESET")]
    [InlineData(Send, "EPIPE")]
    [InlineData(Send, "EPERM")]
    [InlineData(Send, "ENOBUFS")]
    [InlineData(Send, "ENOMEM")]
    public async Task A_server_whose_receives_or_sends_fail_loses_those_connections_alone(string call, string error)
    {
        await using ServerProcess server = await StartAsync(Programs.TcpServer, $"{call}:error={error}:when=10+20");
        RequestLedger ledger = await AskOverTcpAsync(server.Port);

        ledger[RequestFate.Right].Should().Be(Requests, ledger.ToString());
        await StopAsync(server);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Receive, "ECONNREFUSED")]
    [InlineData(Receive, "ENOMEM")]
    [InlineData(Send, "EPERM")]
    [InlineData(Send, "ENOBUFS")]
    [InlineData(Send, "ENOMEM")]
    [InlineData(Send, "EHOSTUNREACH")]
    public async Task A_UDP_server_whose_calls_fail_goes_on(string call, string error)
    {
        await using ServerProcess server = await StartAsync(Programs.UdpServer, $"{call}:error={error}:when=3+4");
        RequestLedger ledger = new();
        await using SumUdpClient client = new(new SumUdpClientOptions
        {
            Port = server.Port,
            RequestTimeout = _timeout,
            RepeatAfter = TimeSpan.FromMilliseconds(20),
            MaxRepeatInterval = TimeSpan.FromMilliseconds(40),
        });
        for (int i = 0; i < Requests; i++)
            await ledger.AskAsync(client, i, 4);

        ledger[RequestFate.Right].Should().Be(Requests, ledger.ToString());
        await StopAsync(server);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("connect", "ENETUNREACH", "1")]
    [InlineData("socket", "EMFILE", "1")]
    [InlineData(Receive, "ECONNRESET", "4+7")]
    [InlineData(Send, "ENOBUFS", "4+7")]
    [InlineData(Send, "EPIPE", "4+7")]
    public async Task A_client_program_counts_what_failed_and_says_so(string call, string error, string when)
    {
        await using ServerProcess server = await ServerProcess.StartAsync("-q");
        await using ChildProcess ping = ChildProcess.Start(
            "strace", [.. Tracing($"{call}:error={error}:when={when}"), Programs.TcpClient, "ping", "--json", "-q",
                "-i", "20ms", "-c", "150", "--port", $"{server.Port}"]); // each thread's first call may fail, so it takes some attempts

        int code = await ping.ExitAsync();

        JsonElement json = JsonDocument.Parse(ping.Output.Text).RootElement;
        TestContext.Current.TestOutputHelper?.WriteLine($"{code}\n{ping.Output.Text}\n{ping.Error.Text}");
        code.Should().BeOneOf(0, 1);
        ping.Error.Text.Should().NotContain("   at ").And.NotContain("internal fault");
        (json.GetProperty("sent").GetInt64() + json.GetProperty("not_sent").GetInt64()).Should().Be(150);
        json.GetProperty("wrong").GetInt64().Should().Be(0);
        await ShouldHaveFailedAsync();
        await server.StopAsync();
    }

    private string[] Tracing(string injection) =>
        ["-D", "-f", "-qq", "-o", _trace, "-e", $"trace={injection.Split(':')[0]}", "-e", $"inject={injection}"];

    /// <summary>Under a tracer that is not its parent, so that signals go to the server.</summary>
    private Task<ServerProcess> StartAsync(string program, string injection)
    {
        Tools.Require("strace");
        return ServerProcess.StartedAsync(ChildProcess.Start("strace", [.. Tracing(injection), program, "--port", "0"]));
    }

    private static async Task<RequestLedger> AskOverTcpAsync(int port)
    {
        RequestLedger ledger = new();
        await using SumTcpClient client = new(new SumTcpClientOptions
        {
            Port = port,
            RequestTimeout = _timeout,
            RequestsPerConnection = PerConnection,
            InitialBackOff = TimeSpan.FromMilliseconds(5),
            MaxBackOff = TimeSpan.FromMilliseconds(20),
        });
        for (int i = 0; i < Requests; i++)
            await ledger.AskAsync(client, i, 4);
        TestContext.Current.TestOutputHelper?.WriteLine(ledger.ToString());
        return ledger;
    }

    private async Task StopAsync(ServerProcess server)
    {
        server.Process.Send(Signal.Terminate);
        (await server.Process.ExitAsync()).Should().Be(0, server.Log.Text);
        server.Log.Text.Should().NotContain("Unhandled exception").And.NotContain("crit:");
        await ShouldHaveFailedAsync();
    }

    /// <summary>The tracer ends by itself, soon after the program.</summary>
    private Task ShouldHaveFailedAsync() => Eventually.IsTrueAsync(
        () => File.ReadAllText(_trace).Contains("(INJECTED)", StringComparison.Ordinal), "some of the calls have failed");
}
