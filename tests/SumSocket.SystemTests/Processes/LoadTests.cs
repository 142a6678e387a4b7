using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Many connections at once, and too many.</summary>
public sealed class LoadTests
{
    private const int Many = 10_000;

    [Fact(Timeout = 120_000)]
    public async Task Ten_thousand_connections_are_held_while_another_client_is_served_and_all_is_given_back()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--max-connections", $"{Many + 100}", "-q");
        await using StreamPeer honest = await server.ConnectAsync();
        await honest.AskAsync();
        int filesBefore = server.Usage.OpenFiles;

        long[] memory = new long[3];
        for (int round = 0; round < memory.Length; round++)
        {
            memory[round] = await HoldAsync(server, honest);
            await Eventually.IsTrueAsync(() => server.Usage.OpenFiles <= filesBefore + 2, "the descriptors are back", Patience.Limit);
        }

        // What the first crowds took is there for the next: a leak would show as another crowd's worth on top.
        (memory[2] - memory[1]).Should().BeLessThan(memory[0] / 5);
        SocketTable.Count(server.Port, SocketState.CloseWait).Should().Be(0);
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task At_the_descriptor_limit_it_serves_those_it_has_does_not_spin_and_accepts_again()
    {
        Tools.Require("prlimit");
        await using ServerProcess server = await ServerProcess.StartAsync();
        List<StreamPeer> served = [];
        List<StreamPeer> waiting = [];
        try
        {
            for (int i = 0; i < 20; i++)
            {
                served.Add(await server.ConnectAsync());
                await served[i].AskAsync();
            }

            // A limit of just what it holds cannot be survived: the runtime may start a thread before accept fails.
            await LimitFilesAsync(server, server.Usage.OpenFiles + 5);
            for (int i = 0; i < 10; i++)
            {
                waiting.Add(await server.ConnectAsync()); // completed by the kernel, not accepted by the server, or not all of them
                await waiting[i].SendAsync("{\"A\":7,\"B\":4}");
            }

            TimeSpan before = server.Usage.ProcessorTime;
            await Eventually.PassesAsync(TimeSpan.FromSeconds(2));
            (server.Usage.ProcessorTime - before).Should().BeLessThan(TimeSpan.FromSeconds(0.5), "a failing accept must back off");
            foreach (StreamPeer peer in served)
                await peer.AskAsync();

            foreach (StreamPeer peer in served)
                await peer.DisposeAsync();
            foreach (StreamPeer peer in waiting)
                (await peer.ReadLineAsync()).Should().Be("{\"Sum\":11}");
        }
        finally
        {
            foreach (StreamPeer peer in served.Concat(waiting))
                await peer.DisposeAsync();
        }

        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Connections_never_take_the_last_descriptors_which_the_runtime_may_need()
    {
        Tools.Require("prlimit");
        await using ServerProcess server = await ServerProcess.StartAsync();
        List<StreamPeer> peers = [];
        try
        {
            peers.Add(await server.ConnectAsync());
            await peers[0].AskAsync();
            int limit = server.Usage.OpenFiles + 5;
            await LimitFilesAsync(server, limit);

            for (int i = 0; i < 4; i++)
                peers.Add(await server.ConnectAsync());

            await peers[1].AskAsync(); // the first that came near the limit is served, and those behind it wait
            await Eventually.IsTrueAsync(() => server.Usage.OpenFiles <= limit - 8, "descriptors are left", TimeSpan.FromSeconds(5));
            await Eventually.PassesAsync(TimeSpan.FromSeconds(0.5));
            server.Usage.OpenFiles.Should().BeLessThanOrEqualTo(limit - 8);

            await LimitFilesAsync(server, limit + 100);
            foreach (StreamPeer peer in peers)
                await peer.AskAsync();
        }
        finally
        {
            foreach (StreamPeer peer in peers)
                await peer.DisposeAsync();
        }

        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Started_with_few_descriptors_it_takes_no_more_connections_than_it_has_room_for()
    {
        Tools.Require("prlimit");
        ChildProcess process = ChildProcess.Start("prlimit", ["--nofile=256:256", Programs.TcpServer, "--port", "0"]);
        await using ServerProcess server = await ServerProcess.StartedAsync(process);
        List<StreamPeer> peers = [];
        try
        {
            string? answer;
            do
            {
                peers.Add(await server.ConnectAsync());
                await peers[^1].SendAsync("{\"A\":7,\"B\":4}");
                answer = await peers[^1].ReadLineAsync();
            }
            while (answer == "{\"Sum\":11}");

            answer.Should().Contain("\"Error\":\"busy\"", "there is room to say so");
            peers.Should().HaveCountGreaterThan(50);
            foreach (StreamPeer peer in peers.SkipLast(1))
                await peer.AskAsync();
        }
        finally
        {
            foreach (StreamPeer peer in peers)
                await peer.DisposeAsync();
        }

        await server.StopAsync();
    }

    private static async Task LimitFilesAsync(ServerProcess server, int limit)
    {
        await using ChildProcess prlimit = await ChildProcess.RunAsync("prlimit", "--pid", $"{server.Process.Id}", $"--nofile={limit}:");
        (await prlimit.ExitAsync()).Should().Be(0, prlimit.Error.Text);
    }

    /// <summary>Opens many connections, uses each once, and closes them all; returns the memory in use while they stood.</summary>
    private static async Task<long> HoldAsync(ServerProcess server, StreamPeer honest)
    {
        List<StreamPeer> peers = [];
        try
        {
            for (int i = 0; i < Many; i++)
                peers.Add(await server.ConnectAsync());
            foreach (StreamPeer peer in peers)
                await peer.AskAsync();
            for (int i = 0; i < 1000; i++)
                await honest.AskAsync(i, i);
            long memory = server.Usage.ResidentBytes;
            TestContext.Current.TestOutputHelper?.WriteLine($"{peers.Count} connections: {memory / 1e6:F0} MB in RAM");
            return memory;
        }
        finally
        {
            foreach (StreamPeer peer in peers)
                await peer.DisposeAsync();
        }
    }
}
