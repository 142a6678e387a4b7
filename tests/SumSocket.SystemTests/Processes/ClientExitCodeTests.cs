using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>The client's exit codes, which scripts rely on.</summary>
public sealed class ClientExitCodeTests
{
    [Fact(Timeout = 60_000)]
    public async Task Zero_when_every_round_was_answered()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();

        await using ChildProcess ping = await PingAsync(server.Port, "-c", "3", "-i", "10ms");

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        for (int round = 1; round <= 3; round++)
            await ping.Output.MatchAsync($@"^7 \+ 4 = 11 from 127\.0\.0\.1:{server.Port}: seq={round} time=\d+(\.\d+)? ms$");
        ping.Output.Text.Should().ContainAll("3 sent, 3 answered, 0 lost", "connections used: 1");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Zero_after_Control_C_with_the_summary()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess ping = ChildProcess.Start(Programs.TcpClient, ["--port", $"{server.Port}", "-i", "10ms"]);
        await ping.Output.MatchAsync("seq=3 ");

        ping.Send(Signal.Interrupt);

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        ping.Output.Text.Should().ContainAll("sent", "answered", "lost", "p50", "p99");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Zero_after_a_snapshot_that_ended_nothing()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess ping = ChildProcess.Start(Programs.TcpClient, ["--port", $"{server.Port}", "-i", "10ms"]);
        await ping.Output.MatchAsync("seq=3 ");

        ping.Send(Signal.Quit);
        await ping.Error.MatchAsync(
            @"^\d+ sent, \d+ answered, 0 lost \(0%\), 0 errors, 0 wrong, (\d+ skipped, )?(\d+ under way, )?p50 .*, "
            + "connections used: 1, outages: 0, availability: 100%$");
        await ping.Output.MatchAsync("seq=", from: ping.Output.Lines.Count);
        ping.Send(Signal.Interrupt);

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        ping.Error.Lines.Should().ContainSingle();
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task One_when_an_answer_did_not_come_in_time()
    {
        await using AnsweringServer silent = AnsweringServer.Start(_ => null);

        await using ChildProcess ping = await PingAsync(silent.Port, "-c", "1", "--timeout", "300ms");

        (await ping.ExitAsync()).Should().Be(1, ping.Error.Text);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Zero_of_an_address_as_servers_with_both_kinds_log_it(string address)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();

        await using ChildProcess sum =
            await ChildProcess.RunAsync(Programs.TcpClient, "sum", "7", "4", "--ip", address, "--port", $"{server.Port}");

        (await sum.ExitAsync()).Should().Be(0, sum.Error.Text);
        sum.Output.Text.Trim().Should().Be("11");
        await server.StopAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("127.0.0.1 PORT sum 7 4")]
    [InlineData("127.0.0.1:PORT sum 7 4")]
    [InlineData("sum tcp://localhost:PORT 7 4")]
    [InlineData("sum 7 4 [::ffff:127.0.0.1]:PORT")]
    public async Task Zero_of_a_server_as_people_type_it(string arguments)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();

        await using ChildProcess sum = await ChildProcess.RunAsync(
            Programs.TcpClient, arguments.Replace("PORT", $"{server.Port}", StringComparison.Ordinal).Split(' '));

        (await sum.ExitAsync()).Should().Be(0, sum.Error.Text);
        sum.Output.Text.Trim().Should().Be("11");
        await server.StopAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("bench", "-c", "200", "-d", "1s")]
    [InlineData("storm", "-c", "200")]
    [InlineData("idle", "-c", "200", "--for", "1s")]
    public async Task Two_in_one_line_when_the_process_may_not_open_so_many_files(params string[] arguments)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();

        await using ChildProcess client = await ChildProcess.RunAsync(
            "prlimit", ["--nofile=120", Programs.TcpClient, .. arguments, "--port", $"{server.Port}"]);

        (await client.ExitAsync()).Should().Be(2, client.Error.Text);
        client.Error.Lines.Should().ContainSingle().Which.Should().MatchRegex(
            @"^TcpClient: -c 200 needs about \d+ files, and this process may open 120: raise ulimit -n, or give fewer$");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task One_when_the_answer_is_an_error()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        string most = long.MaxValue.ToString(CultureInfo.InvariantCulture);

        await using ChildProcess sum = await ChildProcess.RunAsync(Programs.TcpClient, "sum", "--port", $"{server.Port}", most, "1");

        (await sum.ExitAsync()).Should().Be(1);
        sum.Output.Text.Should().BeEmpty();
        sum.Error.Text.Should().Contain("overflow");
        await server.StopAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--no-such-option")]
    [InlineData("--port", "0")]
    [InlineData("--port", "70000")]
    [InlineData("--ip", "127.0.0.1:5656")]
    [InlineData("--ip", "[::1]:5656")]
    [InlineData("-i", "often")]
    [InlineData("-c", "-1")]
    [InlineData("-a", "7.5")]
    [InlineData("sum", "7")]
    [InlineData("sum", "7", "four")]
    public async Task Two_for_wrong_usage(params string[] arguments)
    {
        await using ChildProcess client = await ChildProcess.RunAsync(Programs.TcpClient, arguments);

        (await client.ExitAsync()).Should().Be(2, client.Error.Text);
        client.Output.Text.Should().BeEmpty();
        client.Error.Lines.Where(line => line.Length > 0).Should().ContainSingle();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("-c", "2", "-i", "10ms")]
    [InlineData("sum", "7", "4")]
    public async Task Four_for_a_wrong_answer(params string[] arguments)
    {
        await using AnsweringServer liar = AnsweringServer.Start(_ => "{\"Sum\":12}\n");

        await using ChildProcess client = await ChildProcess.RunAsync(Programs.TcpClient, [.. arguments, "--port", $"{liar.Port}"]);

        (await client.ExitAsync()).Should().Be(4, client.Error.Text);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("-c", "2", "-i", "10ms")]
    [InlineData("sum", "7", "4", "--timeout", "500ms")]
    public async Task Five_when_there_was_never_a_connection(params string[] arguments)
    {
        int closed;
        await using (AnsweringServer gone = AnsweringServer.Start(_ => null))
            closed = gone.Port;

        await using ChildProcess client = await ChildProcess.RunAsync(Programs.TcpClient, [.. arguments, "--port", $"{closed}"]);

        (await client.ExitAsync()).Should().Be(5, client.Error.Text);
        string said = client.Output.Text + client.Error.Text;
        said.Should().Contain("refused").And.NotContain("   at ");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ping", "^0 sent, 0 answered, 0 lost .*")]
    [InlineData("ping --json", "^{.*\"sent\":0,.*}$")]
    [InlineData("sum 7 4", null)]
    [InlineData("bench", "^interrupted  before the measured time began$")]
    [InlineData("bench --output json", "^  \"end\": \"interrupted\",$")]
    [InlineData("bench --output ndjson", "^{.*\"end\":\"interrupted\",.*}$")]
    [InlineData("bench --output csv", "^start_s,.*$")]
    public async Task Five_after_Control_C_while_there_was_never_a_connection(string arguments, string? result)
    {
        // The kernel lets one connection of a listener that never accepts stand, and answers no further one.
        using Socket full = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var address = (IPEndPoint)full.LocalEndPoint!;
        await using StreamPeer first = await StreamPeer.ConnectAsync(address.Port);
        await using ChildProcess client = ChildProcess.Start(Programs.TcpClient, [.. arguments.Split(' '), "--port", $"{address.Port}"]);
        await Eventually.IsTrueAsync(() => SocketTable.CountTo(address.Port, SocketState.SynSent) == 1, "it tries to connect");

        client.Send(Signal.Interrupt);

        (await client.ExitAsync()).Should().Be(5, client.Error.Text);
        if (result is null)
            client.Output.Text.Should().BeEmpty();
        else
            await client.Output.MatchAsync(result);
        if (arguments.StartsWith("sum", StringComparison.Ordinal))
            client.Error.Text.Trim().Should().Be("TcpClient: stopped before the server was reached");
        client.Error.Lines.Should().HaveCountLessThan(2);
        if (arguments.Contains("json", StringComparison.Ordinal))
            JsonDocument.Parse(client.Output.Text);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--help", "Ctrl-\\ (SIGQUIT)")]
    [InlineData("--version", ".")]
    public async Task Zero_for_help_and_version(string option, string answer)
    {
        await using ChildProcess client = await ChildProcess.RunAsync(Programs.TcpClient, option);

        (await client.ExitAsync()).Should().Be(0);
        client.Output.Text.Should().Contain(answer);
    }

    private static Task<ChildProcess> PingAsync(int port, params string[] arguments) =>
        ChildProcess.RunAsync(Programs.TcpClient, ["--port", $"{port}", .. arguments]);
}
