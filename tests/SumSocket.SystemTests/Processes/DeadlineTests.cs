using System.Net.Sockets;
using System.Text;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Slow and greedy peers are cut when their time is up, and no other peer notices.</summary>
public sealed class DeadlineTests
{
    private const int Crowd = 200;
    private const long MemorySlack = 40_000_000;
    private const string TimeoutError = "{\"Error\":\"timeout\",\"Message\":\"the message was not completed in time\"}\n";

    private static readonly byte[] _requests =
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"A\":7,\"B\":4}", 5_000)));

    [Fact(Timeout = 60_000)]
    public async Task A_byte_now_and_then_does_not_extend_the_read_deadline()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--timeout", "1s");
        await using StreamPeer peer = await server.ConnectAsync();

        (string answer, TimeSpan taken) = await TrickleAsync(peer, "{\"A\":7,\"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB");

        answer.Should().Be(TimeoutError);
        taken.Should().BeGreaterThan(TimeSpan.FromSeconds(0.9)).And.BeLessThan(TimeSpan.FromSeconds(3));
        await server.Log.MatchAsync(@"closed: read_timeout \(server, request\)");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task White_space_does_not_extend_the_read_deadline()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--timeout", "1s");
        await using StreamPeer peer = await server.ConnectAsync();

        (string answer, TimeSpan taken) = await TrickleAsync(peer, new string(' ', 50));

        answer.Should().BeEmpty("no message was begun, so the server closes without a word");
        taken.Should().BeGreaterThan(TimeSpan.FromSeconds(0.9)).And.BeLessThan(TimeSpan.FromSeconds(3));
        await server.Log.MatchAsync(@"closed: idle_timeout \(server, idle\)");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_peer_that_never_reads_is_cut_at_the_write_deadline()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--write-timeout", "1s");
        await using StreamPeer peer = await server.ConnectAsync();

        Func<Task> flood = () => FloodAsync(peer);

        await flood.Should().ThrowAsync<IOException>();
        await server.Log.MatchAsync(@"closed: write_timeout \(server, answer\)");
        await server.StopAsync();
    }

    [Fact(Timeout = 90_000)]
    public async Task Two_hundred_slow_and_two_hundred_deaf_peers_leave_the_others_and_the_memory_alone()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--timeout", "3s", "--write-timeout", "3s", "-q");
        await using StreamPeer honest = await server.ConnectAsync();
        await AskManyAsync(honest, 1000); // what one busy peer costs is paid before memory is compared
        long before = server.Usage.ResidentBytes;
        List<StreamPeer> peers = [];
        try
        {
            for (int i = 0; i < 2 * Crowd; i++)
                peers.Add(await server.ConnectAsync());
            Task<(string Answer, TimeSpan)>[] slow =
                [.. peers.Take(Crowd).Select(peer => Task.Run(() => TrickleAsync(peer, "{" + new string(' ', 500))))];
            Task[] deaf = [.. peers.Skip(Crowd).Select(peer => Task.Run(() => FloodUntilCutAsync(peer)))];
            Task crowd = Task.WhenAll([.. slow, .. deaf]);

            long most = 0;
            int sent = 0;
            while (!crowd.IsCompleted)
            {
                await AskManyAsync(honest, 100); // asserts each answer
                sent += 100;
                most = Math.Max(most, server.Usage.ResidentBytes);
            }

            await crowd;
            slow.Should().OnlyContain(peer => peer.Result.Answer == TimeoutError);
            sent.Should().BeGreaterThan(1000);
            (most - before).Should().BeLessThan(MemorySlack);
            TestContext.Current.TestOutputHelper?
                .WriteLine($"{sent} requests served meanwhile, {(most - before) / 1e6:F0} MB more at most");
        }
        finally
        {
            foreach (StreamPeer peer in peers)
                await peer.DisposeAsync();
        }

        await Eventually.IsTrueAsync(() => SocketTable.Count(server.Port, SocketState.Established) <= 1, "only the honest peer is left");
        await server.StopAsync();
    }

    private static async Task AskManyAsync(StreamPeer peer, int count)
    {
        for (int i = 0; i < count; i++)
            await peer.AskAsync(i, 4);
    }

    /// <summary>Sends a byte every 100 ms until the server has had enough.</summary>
    private static async Task<(string Answer, TimeSpan Taken)> TrickleAsync(StreamPeer peer, string text)
    {
        long start = TimeProvider.System.GetTimestamp();
        Task<string> answer = peer.ReadToEndAsync();
        foreach (char c in text)
        {
            await peer.SendAsync(c.ToString());
            await Task.WhenAny(answer, Eventually.PassesAsync(TimeSpan.FromMilliseconds(100)));
            if (answer.IsCompleted)
                break;
        }

        return (await answer, TimeProvider.System.GetElapsedTime(start));
    }

    private static async Task FloodAsync(StreamPeer peer)
    {
        while (true)
            await peer.SendAsync(_requests);
    }

    private static async Task FloodUntilCutAsync(StreamPeer peer)
    {
        try
        {
            await FloodAsync(peer);
        }
        catch (IOException e) when (e.InnerException is SocketException)
        {
            // That is what being cut looks like.
        }
    }
}
