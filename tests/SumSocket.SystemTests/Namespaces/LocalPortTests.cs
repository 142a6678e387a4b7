using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Namespaces;

/// <summary>A client that runs out of local ports, which only a machine of its own can show at once.</summary>
public sealed class LocalPortTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_bench_that_has_used_up_its_ports_counts_what_it_could_not_send_and_says_why()
    {
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess server = await network.StartServerAsync();
        await using ChildProcess limit = network.StartClient("sysctl", "-w", "net.ipv4.ip_local_port_range=40000 40199");
        (await limit.ExitAsync()).Should().Be(0);

        await using ChildProcess bench = network.StartClient(
            Programs.TcpClient, "bench", "--ip", NetworkPair.ServerAddress, "-p", $"{server.Port}", "-c", "4", "-d", "2s",
            "--warmup", "none", "--requests-per-connection", "1", "--output", "json");
        BenchOutcome outcome = await BenchOutcome.EndAsync(bench);

        (outcome.Code, outcome["ok"]).Should().Be((1, 200), "each port can be used once, for a minute");
        outcome["not_sent"].Should().BePositive().And.Be(outcome["planned"] - 200);
        outcome.Json.GetProperty("connects").GetProperty("failed").GetInt64().Should().BePositive();
        JsonElement outage = outcome.Json.GetProperty("outages")[0];
        outage.GetProperty("noticed_by").GetString().Should().Be("no local port or address left for it");
        await server.StopAsync();
    }
}
