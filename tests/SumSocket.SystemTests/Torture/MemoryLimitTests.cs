using System.Text;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Torture;

/// <summary>Servers and clients that may have only so much memory (a control group), under what takes most of it.</summary>
public sealed class MemoryLimitTests
{
    private const int Deaf = 500;
    private const long Little = 64_000_000;

    private static readonly byte[] _requests =
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"A\":7,\"B\":4}", 5_000)));

    [Fact(Timeout = 120_000)]
    public async Task A_server_with_little_memory_outlives_five_hundred_peers_that_send_much_and_read_nothing()
    {
        using MemoryGroup group = MemoryGroup.Create(Little);
        await using ServerProcess server = await ServerProcess.StartedAsync(
            group.Start(Programs.TcpServer, "--port", "0", "--write-timeout", "2s", "-q"));
        await using StreamPeer honest = await server.ConnectAsync();
        List<StreamPeer> peers = [];
        try
        {
            for (int i = 0; i < Deaf; i++)
                peers.Add(await server.ConnectAsync());
            Task[] floods = [.. peers.Select(peer => Task.Run(() => FloodUntilCutAsync(peer)))];
            for (int i = 0; !floods.All(flood => flood.IsCompleted); i++)
                await honest.AskAsync(i, 4);
        }
        finally
        {
            foreach (StreamPeer peer in peers)
                await peer.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{server.Usage.PeakResidentBytes / 1e6:0} MB in RAM at most, {group.Peak / 1e6:0} MB in the group");
        await server.StopAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_client_with_little_memory_makes_a_thousand_connections()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("-q");
        using MemoryGroup group = MemoryGroup.Create(Little);
        await using ChildProcess bench = group.Start(
            Programs.TcpClient, "bench", "-c", "1000", "-P", "8", "-d", "2s", "--output", "json", "--port", $"{server.Port}");

        BenchOutcome outcome = await BenchOutcome.EndAsync(bench);

        TestContext.Current.TestOutputHelper?.WriteLine($"{outcome["ok"]} right, {group.Peak / 1e6:0} MB in the group");
        (outcome.Code, outcome["ok"]).Should().Be((0, outcome["planned"]));
        await server.StopAsync();
    }

    private static async Task FloodUntilCutAsync(StreamPeer peer)
    {
        try
        {
            while (true)
                await peer.SendAsync(_requests);
        }
        catch (IOException)
        {
            // That is what being cut looks like.
        }
    }
}
