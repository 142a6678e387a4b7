using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Namespaces;

/// <summary>Peers that vanish without a word, which only a network between two machines can show.</summary>
public sealed class DeadPeerTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_idle_peer_that_vanished_is_closed_by_keep_alive()
    {
        Tools.Require("nc");
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess server =
            await network.StartServerAsync("--keep-alive", "1s/1s/2", "--user-timeout", "none", "--timeout", "none");
        await using ChildProcess peer = network.StartClient("nc", NetworkPair.ServerAddress, $"{server.Port}");
        await peer.Input.WriteLineAsync("{\"A\":7,\"B\":4}");
        await peer.Input.FlushAsync(TestContext.Current.CancellationToken);
        await peer.Output.MatchAsync("^{\"Sum\":11}$");

        long start = TimeProvider.System.GetTimestamp();
        await network.DropAsync();
        await server.Log.MatchAsync(@"closed: peer_dead \(network, idle\)");

        // One second of silence and two probes a second apart; the server must not have given up before that.
        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromSeconds(1.5)).And.BeLessThan(
            TimeSpan.FromSeconds(10));
        await server.StopAsync();
    }

    /// <summary>The kernel tells it to the send that waits for room, and the receive completes with 0 bytes.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_server_that_vanished_under_a_clients_waiting_send_has_not_closed_the_connection()
    {
        const int Requests = 20_000; // more than the kernel takes
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess server = await network.StartServerAsync();
        await using var client = new SumTcpClient(new SumTcpClientOptions
        {
            Host = NetworkPair.ServerAddress,
            Port = server.Port,
            UserTimeout = TimeSpan.FromSeconds(2),
            MaxInFlight = Requests,
        });
        TaskCompletionSource<ConnectionEvent> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionChanged += happened =>
        {
            if (happened.Kind == ConnectionEventKind.Lost)
                lost.TrySetResult(happened);
        };
        await network.InClient(() => client.ConnectAsync());
        (await client.SumAsync(7, 4)).Sum.Should().Be(11);

        await network.RefuseAsync("DROP");
        for (int i = 0; i < Requests; i++)
            _ = client.SumAsync(i, 1).Preserve();

        ConnectionEvent end = await lost.Task;
        (end.Reason, end.Cause).Should().Be(("timed out", ConnectionCause.TimedOut));
        end.Describe().Should().Contain("noticed by unacknowledged data");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_peer_that_vanished_with_its_answer_in_flight_is_closed_by_the_user_time_out()
    {
        Tools.Require("nc");
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess server = await network.StartServerAsync("--user-timeout", "2s", "--timeout", "none");
        await using ChildProcess peer = network.StartClient("nc", NetworkPair.ServerAddress, $"{server.Port}");
        await server.Log.MatchAsync("opened");

        await network.DropAsync(); // towards the client: its request still arrives, the answer and its acknowledgement do not
        long start = TimeProvider.System.GetTimestamp();
        await peer.Input.WriteLineAsync("{\"A\":7,\"B\":4}");
        await peer.Input.FlushAsync(TestContext.Current.CancellationToken);
        await server.Log.MatchAsync(@"closed: peer_dead \(network, idle\), 1 request ");

        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromSeconds(1.5)).And.BeLessThan(
            TimeSpan.FromSeconds(15));
        await server.StopAsync();
    }
}
