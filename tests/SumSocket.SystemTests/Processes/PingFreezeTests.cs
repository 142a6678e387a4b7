using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>A server that stands still for a while, seen by a ping.</summary>
public sealed class PingFreezeTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_server_that_stands_still_is_in_every_figure_of_a_ping()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess ping = ChildProcess.Start(
            Programs.TcpClient, ["--port", $"{server.Port}", "-i", "100ms", "-w", "6s", "--json"]);
        await ping.Output.MatchAsync("\"seq\":10,");

        long start = TimeProvider.System.GetTimestamp();
        server.Process.Send(Signal.Stop);
        await Eventually.PassesAsync(TimeSpan.FromSeconds(3));
        server.Process.Send(Signal.Continue);
        double frozen = TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        (await ping.ExitAsync()).Should().Be(1, ping.Error.Text);
        JsonElement summary = JsonDocument.Parse(ping.Output.Lines[^1]).RootElement;
        (Count("sent") + Count("skipped"), Count("lost"), Count("outages")).Should().Be((60, 0, 1));
        Count("skipped").Should().BeInRange(27, 31);
        JsonElement outage = summary.GetProperty("recent_outages")[0];
        (outage.GetProperty("duration_us").GetDouble() / 1e6).Should().BeApproximately(frozen, 0.05 * frozen + 0.1);
        summary.GetProperty("availability_percent").GetDouble().Should().BeApproximately(100 * (1 - frozen / 6), 5);
        (summary.GetProperty("from_due").GetProperty("mean_us").GetDouble() / 1e6).Should().BeGreaterThan(0.5);
        await server.StopAsync();

        long Count(string name) => summary.GetProperty(name).GetInt64();
    }
}
