using System.Globalization;
using System.Text.Json;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Processes;

/// <summary>Whether what a bench reports of connects is true.</summary>
public sealed class BenchConnectsTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("1", "0")]
    [InlineData("1", "1500")]
    [InlineData("7", "0")]
    public async Task It_makes_a_connection_for_so_many_requests_and_the_server_counts_the_same(string perConnection, string rate)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();

        BenchOutcome outcome = await BenchOutcome.RunAsync(
            Programs.TcpClient, "-p", $"{server.Port}", "-c", "5", "-r", rate, "-n", "3500", "--warmup", "none",
            "--requests-per-connection", perConnection);

        long made = 3500 / long.Parse(perConnection, CultureInfo.InvariantCulture);
        (outcome.Code, outcome["ok"]).Should().Be((0, 3500));
        JsonElement connections = outcome.Json.GetProperty("connections");
        (connections.GetProperty("made").GetInt64(), connections.GetProperty("lost").GetInt64()).Should().Be((made, 0));
        JsonElement connects = outcome.Json.GetProperty("connects");
        (connects.GetProperty("made").GetInt64(), connects.GetProperty("failed").GetInt64()).Should()
            .Be((made - 5, 0), "the first five are made ahead of the measured time");
        outcome.Json.GetProperty("series").EnumerateArray().Sum(interval => interval.GetProperty("connects").GetInt64()).Should()
            .Be(made - 5);

        await server.StopAsync();
        server.Log.Text.Should().Contain($"Stopped after {made} connections and 3500 requests");
        server.Log.Lines.Where(line => line.Contains(" closed: ", StringComparison.Ordinal)).Should().NotBeEmpty().And.OnlyContain(
            line => line.Contains(
                $" closed: peer_closed (peer, idle), {perConnection} request{(perConnection == "1" ? "" : "s")} (0 errors)",
                StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_answers_after_50_ms_has_a_short_connect_and_a_long_first_answer()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using StreamRelay relay = new(server.Port, new StreamFaults { Latency = TimeSpan.FromMilliseconds(50), IsExact = true });

        BenchOutcome outcome = await BenchOutcome.RunAsync(
            Programs.TcpClient, "-p", $"{relay.Port}", "-c", "1", "-n", "40", "--warmup", "none", "--requests-per-connection", "1");

        JsonElement connects = outcome.Json.GetProperty("connects");
        Us(connects, "connect", "max_us").Should().BeLessThan(40_000);
        Us(connects, "first_answer", "min_us").Should().BeGreaterThan(50_000);
        connects.GetProperty("first_answer").GetProperty("percentiles").GetProperty("p50_us").GetDouble().Should().BeLessThan(80_000);
        connects.GetProperty("per_s").GetDouble().Should().BeInRange(10, 20);
        await server.StopAsync();

        static double Us(JsonElement connects, string which, string figure) =>
            connects.GetProperty(which).GetProperty(figure).GetDouble();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_dies_loses_what_is_on_its_connections_and_the_rest_is_not_sent()
    {
        ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess bench = ChildProcess.Start(
            Programs.TcpClient,
            ["bench", "-p", $"{server.Port}", "-c", "4", "-d", "3s", "--output", "ndjson", "--requests-per-connection", "1"]);
        await bench.Output.MatchAsync("\"start_s\":0");
        await server.DisposeAsync(); // kill -9

        BenchOutcome outcome = await BenchOutcome.EndAsync(bench, isLines: true);
        outcome.Code.Should().Be(1);
        outcome["refused"].Should().BePositive();
        outcome["wrong"].Should().Be(0);
        outcome.Json.GetProperty("outage_count").GetInt32().Should().Be(1);
        outcome.Json.GetProperty("connects").GetProperty("failed").GetInt64().Should().BePositive();
    }
}
