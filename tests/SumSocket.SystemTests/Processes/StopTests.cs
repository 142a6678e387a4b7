using System.Text;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Stopping a server: nothing that reached it goes unanswered, no peer sees a reset, and it does not take long.</summary>
public sealed class StopTests
{
    private const int Window = 256;

    [Theory(Timeout = 60_000)]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.HangUp)]
    public async Task Under_load_every_pipelining_client_sees_its_answers_in_order_and_a_clean_end(Signal signal)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        List<StreamPeer> peers = [];
        try
        {
            for (int i = 0; i < 20; i++)
                peers.Add(await server.ConnectAsync());
            Task<int>[] loads = [.. peers.Select(PipelineUntilTheEndAsync)];
            await using StreamPeer witness = await server.ConnectAsync();
            await witness.AskAsync(); // by now the others are well under way
            await Eventually.PassesAsync(TimeSpan.FromMilliseconds(300));

            server.Process.Send(signal);
            int[] answered = await Task.WhenAll(loads);

            (await server.Process.ExitAsync()).Should().Be(0, server.Log.Text);
            answered.Should().OnlyContain(count => count > Window);
        }
        finally
        {
            foreach (StreamPeer peer in peers)
                await peer.DisposeAsync();
        }
    }

    /// <summary>The server is frozen while requests and connections pile up in the kernel, and thaws with the order to stop.</summary>
    [Fact(Timeout = 60_000)]
    public async Task All_that_was_received_before_the_signal_is_answered_even_on_connections_not_yet_accepted()
    {
        const int Requests = 500;
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using StreamPeer known = await server.ConnectAsync();
        await known.AskAsync();
        server.Process.Send(Signal.Stop);
        await using StreamPeer waiting = await server.ConnectAsync(); // completed by the kernel alone
        string requests = string.Concat(Enumerable.Range(0, Requests).Select(i => $"{{\"A\":{i},\"B\":4}}"));
        await known.SendAsync(requests);
        await waiting.SendAsync(requests);

        server.Process.Send(Signal.Terminate);
        server.Process.Send(Signal.Continue);

        string expected = string.Concat(Enumerable.Range(0, Requests).Select(i => $"{{\"Sum\":{i + 4}}}\n"));
        (await known.ReadToEndAsync()).Should().Be(expected);
        (await waiting.ReadToEndAsync()).Should().Be(expected);
        (await server.Process.ExitAsync()).Should().Be(0, server.Log.Text);
    }

    [Fact(Timeout = 60_000)]
    public async Task Idle_connections_do_not_hold_it_up()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using StreamPeer idle = await server.ConnectAsync();
        await idle.AskAsync();
        long start = TimeProvider.System.GetTimestamp();

        server.Process.Send(Signal.Terminate);
        (await idle.ReadToEndAsync()).Should().BeEmpty();
        idle.EndSending();

        (await server.Process.ExitAsync()).Should().Be(0, server.Log.Text);
        TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_peer_that_never_reads_is_cut_at_the_drain_time_out()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--write-timeout", "none", "--drain-timeout", "1s");
        await using StreamPeer deaf = await server.ConnectAsync();
        Task flood = FloodAsync(deaf);
        await Eventually.PassesAsync(TimeSpan.FromMilliseconds(500)); // the buffers of both ends fill
        long start = TimeProvider.System.GetTimestamp();

        server.Process.Send(Signal.Terminate);

        (await server.Process.ExitAsync()).Should().Be(0, server.Log.Text);
        TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(5));
        await ((Func<Task>)(() => flood)).Should().ThrowAsync<IOException>();
        server.Log.Text.Should().Contain("drain_timeout");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Terminate)]
    public async Task A_second_signal_ends_it_at_once(Signal signal)
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--write-timeout", "none", "--drain-timeout", "none");
        await using StreamPeer deaf = await server.ConnectAsync();
        Task flood = FloodAsync(deaf);
        await Eventually.PassesAsync(TimeSpan.FromMilliseconds(500));
        server.Process.Send(signal);
        server.Process.Send(signal); // as timeout(1) does, to the process and to its group
        await server.Log.MatchAsync("Stopping|drain");
        await Eventually.PassesAsync(TimeSpan.FromMilliseconds(500));
        server.Process.HasExited.Should().BeFalse("a peer that takes nothing holds the drain up, and two signals at once are one wish");

        server.Process.Send(signal);

        long start = TimeProvider.System.GetTimestamp();
        await server.Process.ExitAsync();
        TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(2));
        await ((Func<Task>)(() => flood)).Should().ThrowAsync<IOException>();
    }

    /// <summary>
    /// Keeps <see cref="Window"/> requests in flight until the clean end of the stream; returns how many answers came, each checked.
    /// </summary>
    private static async Task<int> PipelineUntilTheEndAsync(StreamPeer peer)
    {
        int sent = 0;
        int answered = 0;
        while (true)
        {
            // Half a window at a time, as soon as half of it is answered: the server always has more to read.
            while (sent - answered <= Window / 2)
            {
                StringBuilder batch = new();
                for (int last = sent + Window / 2; sent < last; sent++)
                    batch.Append($"{{\"A\":{sent},\"B\":4}}");
                await peer.SendAsync(batch.ToString());
            }

            if (await peer.ReadLineAsync() is not { } line)
                return answered;
            line.Should().Be($"{{\"Sum\":{answered++ + 4}}}");
        }
    }

    private static async Task FloodAsync(StreamPeer peer)
    {
        string requests = string.Concat(Enumerable.Repeat("{\"A\":7,\"B\":4}", 5_000));
        while (true)
            await peer.SendAsync(requests);
    }
}
