using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>The UDP client as a user runs it: alone, before its server, under a server that comes and goes, and against none.</summary>
public sealed class UdpClientTests
{
    private static string Exe => Programs.UdpClient;

    [Fact(Timeout = 60_000)]
    public async Task Pings_with_ten_workers_a_server_of_its_own()
    {
        await using ChildProcess ping = await ChildProcess.RunAsync(Exe, "--loopback", "-c", "3", "-i", "10ms", "-v");

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        for (int worker = 1; worker <= 10; worker++)
        {
            for (int round = 1; round <= 3; round++)
                await ping.Output.MatchAsync($@"^7 \+ 4 = 11 from 127\.0\.0\.1:\d+: worker={worker} seq={round} time=\d+\.\d+ ms$");
        }

        ping.Output.Text.Should(
            ).ContainAll("30 sent, 30 answered, 0 lost (0%)", "0 late, 0 doubled, 0 reordered", "p50", "jitter", "outages: 0");
    }

    [Theory(Timeout = 60_000)]
    [InlineData]
    [InlineData("-v", "--interval-lines")]
    public async Task Ten_workers_have_one_line_for_each_round(params string[] options)
    {
        await using ChildProcess ping = await ChildProcess.RunAsync(Exe, ["--loopback", "-c", "3", "-i", "200ms", .. options]);

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        for (int round = 1; round <= 3; round++)
        {
            ping.Output.Lines.Where(line => line.Contains($"seq={round} ", StringComparison.Ordinal)).Should().ContainSingle()
                .Which.Should().MatchRegex(
                    $@"^7 \+ 4 = 11 from 127\.0\.0\.1:\d+: seq={round} time=\d+\.\d+/\d+\.\d+/\d+\.\d+ ms \(min/mean/max of 10 of 10\)$");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_started_first_waits_for_its_server()
    {
        int port = await FreedPortAsync();
        await using ChildProcess ping = ChildProcess.Start(Exe, ["--port", $"{port}", "-i", "50ms"]);
        await ping.Output.MatchAsync("^no answer from .*: connection refused$");

        await using ServerProcess server = await ServerProcess.StartedAsync(StartServer(port));
        await ping.Output.MatchAsync($@"^127\.0\.0\.1:{port} answers after ");
        await ping.Output.MatchAsync(@"7 \+ 4 = 11 ");
        ping.Send(Signal.Interrupt);

        (await ping.ExitAsync()).Should().Be(1, "what was sent before is lost: {0}", ping.Output.Text);
        ping.Output.Text.Should().MatchRegex(@"outage from 0\.\d+ s to \d+\.\d+ s: connection refused, first good answer after \d+\.\d+ s");
        await server.StopUdpAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_whose_server_is_killed_and_started_again_goes_on_and_reports_the_outage()
    {
        int port;
        ChildProcess ping;
        await using (ServerProcess first = await ServerProcess.StartUdpAsync())
        {
            port = first.Port;
            ping = ChildProcess.Start(Exe, ["--port", $"{port}", "-i", "50ms", "--timeout", "1s"]);
            await ping.Output.MatchAsync("seq=3 ");
            first.Process.Send(Signal.Kill);
            await first.Process.ExitAsync();
        }

        await using (ping)
        {
            await ping.Output.MatchAsync("^no answer from ");
            await ping.Output.MatchAsync("lost: connection refused \\(");
            int seen = ping.Output.Lines.Count;
            await using ServerProcess second = await ServerProcess.StartedAsync(StartServer(port));
            await ping.Output.MatchAsync(" answers after ", from: seen);
            int back = ping.Output.Lines.Count;
            await ping.Output.MatchAsync(@"7 \+ 4 = 11 ", from: back);
            await Eventually.PassesAsync(TimeSpan.FromSeconds(1.2)); // until all that was sent in the outage is known to be lost
            ping.Send(Signal.Interrupt);

            (await ping.ExitAsync()).Should().Be(1, "what was sent meanwhile is lost: {0}", ping.Output.Text);
            Match summary = Regex.Match(ping.Output.Text, @"(\d+) sent, (\d+) answered, (\d+) lost");
            int lost = int.Parse(summary.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture);
            ping.Output.Text.Should().Contain("outages: 1").And.MatchRegex(
                $@"outage from \d+\.\d+ s to \d+\.\d+ s: connection refused, first good answer after \d+\.\d+ s, rounds lost: {lost}\b");
            lost.Should().BeGreaterThan(9);
            ping.Output.Text.Should().NotContain("timed out", "the reason is known for each of them");
            await second.StopUdpAsync();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Sum_asks_again_until_the_server_is_there()
    {
        int port = await FreedPortAsync();
        await using ChildProcess sum = ChildProcess.Start(Exe, ["sum", "7", "4", "--port", $"{port}", "-v"]);
        await sum.Error.MatchAsync("Cannot connect to .*: connection refused");

        await using ServerProcess server = await ServerProcess.StartedAsync(StartServer(port));

        (await sum.ExitAsync()).Should().Be(0, sum.Error.Text);
        sum.Output.Lines.Should().Equal("11");
        await server.StopUdpAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("-c", "2", "-i", "10ms", "--timeout", "300ms")]
    [InlineData("sum", "7", "4", "--timeout", "300ms")]
    public async Task Five_when_no_answer_ever_came(params string[] arguments)
    {
        int port = await FreedPortAsync();

        await using ChildProcess client = await ChildProcess.RunAsync(Exe, [.. arguments, "--port", $"{port}"]);

        (await client.ExitAsync()).Should().Be(5, client.Error.Text);
        (client.Output.Text + client.Error.Text).Should().Contain("refused").And.NotContain("   at ");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("-c", "2", "-i", "10ms", "--timeout", "5s")]
    [InlineData("sum", "7", "4")]
    public async Task Four_for_a_wrong_answer(params string[] arguments)
    {
        using DatagramLiar liar = DatagramLiar.Start();

        await using ChildProcess client = await ChildProcess.RunAsync(Exe, [.. arguments, "--port", $"{liar.Port}"]);

        (await client.ExitAsync()).Should().Be(4, client.Error.Text);
    }

    private static async Task<int> FreedPortAsync()
    {
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        return server.Port;
    }

    private static ChildProcess StartServer(int port) => ChildProcess.Start(Programs.UdpServer, ["--port", $"{port}"]);
}
