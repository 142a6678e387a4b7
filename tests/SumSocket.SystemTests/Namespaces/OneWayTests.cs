using System.Diagnostics;
using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Namespaces;

/// <summary>A path that is dead in one direction for a while, or a host that vanishes and comes back without its connections.</summary>
public sealed class OneWayTests
{
    private static readonly TimeSpan _outage = TimeSpan.FromSeconds(1.5);

    [Theory(Timeout = 60_000)]
    [InlineData(false, "to the client")]
    [InlineData(false, "to the server")]
    [InlineData(false, "both, and the server starts anew")]
    [InlineData(true, "to the client")]
    [InlineData(true, "to the server")]
    [InlineData(true, "both, and the server starts anew")]
    public async Task A_ping_counts_what_is_lost_and_is_back_within_two_seconds(bool udp, string dead)
    {
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess first = await StartServerAsync(network, udp, port: 0);
        await using ChildProcess ping = network.StartClient(
            udp ? Programs.UdpClient : Programs.TcpClient,
            ["ping", "--ip", NetworkPair.ServerAddress, "--port", $"{first.Port}", "-i", "50ms", "--timeout", "500ms",
                .. (string[])(udp ? ["--workers", "1"] : [])]);
        await ping.Output.MatchAsync("seq=5 ");

        if (dead != "to the server")
            await network.DropAsync();
        if (dead != "to the client")
            await network.RefuseAsync("DROP");
        await Eventually.PassesAsync(_outage);
        if (!dead.StartsWith("both", StringComparison.Ordinal))
        {
            await HealAsync(network, ping);
            await first.StopAsync();
            return;
        }

        first.Process.Send(Signal.Kill);
        await first.Process.ExitAsync();
        await using ServerProcess second = await StartServerAsync(network, udp, first.Port);
        await HealAsync(network, ping);
        await second.StopAsync();
    }

    private static async Task HealAsync(NetworkPair network, ChildProcess ping)
    {
        int seen = ping.Output.Lines.Count;
        await network.HealAsync();
        long healed = Stopwatch.GetTimestamp();
        await ping.Output.MatchAsync(@"7 \+ 4 = 11 ", from: seen);
        TimeSpan recovery = Stopwatch.GetElapsedTime(healed);
        await ping.Output.MatchAsync(@"7 \+ 4 = 11 ", from: ping.Output.Lines.Count);
        ping.Send(Signal.Interrupt);

        (await ping.ExitAsync()).Should().Be(1, ping.Error.Text);
        Match counts = Regex.Match(ping.Output.Text, @"(\d+) sent, (\d+) answered, (\d+) lost.*?(\d+) wrong");
        TestContext.Current.TestOutputHelper?.WriteLine($"back after {recovery.TotalMilliseconds:0} ms; {counts.Value}");
        counts.Success.Should().BeTrue(ping.Output.Text);
        recovery.Should().BeLessThan(TimeSpan.FromSeconds(2));
        counts.Groups[4].Value.Should().Be("0");
        ping.Output.Text.Should().Contain("outages: 1");
    }

    private static Task<ServerProcess> StartServerAsync(NetworkPair network, bool udp, int port) =>
        ServerProcess.StartedAsync(network.Start(
            "server", udp ? Programs.UdpServer : Programs.TcpServer, "--ip", NetworkPair.ServerAddress, "--port", $"{port}"));
}
