using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>How a server stops.</summary>
public class DrainTests : ServerTest
{
    private const int DrainTimedOut = 131;
    private static readonly TimeSpan _plenty = TimeSpan.FromHours(1); // the clock of a test runs ahead of what it sets going

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Closes_idle_connections_at_once_and_cleanly()
    {
        await using ServerUnderTest server = Start();
        RawPeer[] peers = [await server.ConnectAsync(), await server.ConnectAsync(), await server.ConnectAsync()];
        await server.AtRestAsync(3);

        Task<bool> stopped = server.Server.StopAsync();

        foreach (RawPeer peer in peers)
        {
            (await peer.ReceiveToEndAsync()).Should().BeEmpty();
            peer.Dispose();
            (await server.NextCloseAsync()).Should().Be(CloseReason.ServerStopping);
        }

        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_every_request_it_has_received_and_resets_no_connection()
    {
        await using ServerUnderTest server = Start();
        Task<(long Sent, long Answered)>[] peers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(PipelineAsync))];
        await TestTimeout.UntilAsync(() => server.Server.Connections.All.Count(c => c.Answered > 1_000) == 8, "there is load");

        Task<bool> stopped = server.Server.StopAsync();
        foreach ((long sent, long answered) in await Task.WhenAll(peers))
            answered.Should().BeInRange(1, sent);

        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeTrue();
        for (int i = 0; i < 8; i++)
            (await server.NextCloseAsync()).Should().Be(CloseReason.ServerStopping);
        server.Server.Connections.Requests.Should()
            .Be((await Task.WhenAll(peers)).Sum(peer => peer.Answered), "no answer was lost on its way");

        async Task<(long Sent, long Answered)> PipelineAsync()
        {
            using RawPeer peer = await ReadyAsync(await RawPeer.ConnectAsync(server.EndPoint));
            using var ended = new CancellationTokenSource();
            long sent = 0;
            Task sending = Task.Run(async () =>
            {
                string requests = string.Concat(Enumerable.Repeat("""{"A":7,"B":4}""", 100));
                for (; !ended.IsCancellationRequested; sent += 100)
                    await peer.SendAsync(requests);
            });
            string answers = await peer.ReceiveToEndAsync(); // throws if the server resets
            await ended.CancelAsync();
            await sending;
            return (sent, answers.Split("{\"Sum\":11}\n").Length - 1);
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_begun_message_does_not_hold_the_stop_up()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("""{"A":7,"B":4}{"A":""");
        (await peer.ReceiveLineAsync()).Should().Be("""{"Sum":11}""");
        await server.AtRestAsync(1);

        Task<bool> stopped = server.Server.StopAsync();

        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        peer.Dispose();
        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_peer_that_never_closes_holds_the_stop_up_for_a_farewell_and_no_longer()
    {
        await using ServerUnderTest server = Start(o => o with { DrainTimeout = TimeSpan.FromHours(500) });
        using RawPeer peer = await server.ConnectAsync();
        await server.AtRestAsync(1);

        Task<bool> stopped = server.Server.StopAsync();
        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        await AdvanceUntilAsync(server, stopped);

        (await stopped).Should().BeTrue();
        (await server.NextCloseAsync()).Should().Be(CloseReason.ServerStopping);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Cuts_what_is_left_at_the_drain_timeout()
    {
        await using ServerUnderTest server = Start(
            o => o with { WriteTimeout = TimeSpan.FromHours(1), DrainTimeout = TimeSpan.FromSeconds(5) });
        server.Expected.Add(DrainTimedOut);
        using RawPeer peer = await server.ConnectAsync();
        byte[] requests = [.. Enumerable.Repeat("{\"A\":7,\"B\":4}"u8.ToArray(), 5_000).SelectMany(bytes => bytes)];
        Task<Exception?> flood = Task.Run(async () => await Record.ExceptionAsync(async () =>
        {
            while (true)
                await peer.SendAsync(requests);
        }));
        await TestTimeout.UntilAsync(() => server.Server.Connections.All.Any(c => c.IsSending), "the answers pile up");

        Task<bool> stopped = server.Server.StopAsync();
        await server.Log.NextAsync(130);
        await AdvanceUntilAsync(server, server.Log.NextAsync(DrainTimedOut)); // and no further: what was cut has one second to end

        (await server.NextCloseAsync()).Should().Be(CloseReason.DrainTimeout);
        (await stopped).Should().BeFalse();
        (await flood.WaitAsync(TestTimeout.Span)).Should().NotBeNull();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_on_their_way_at_the_drain_timeout_still_arrive()
    {
        const int Count = 3_000; // their answers fit into what the kernel holds for a peer, and not into this peer's buffer
        TimeSpan drainTimeout = TimeSpan.FromMilliseconds(100);
        await using ServerUnderTest server = Start(o => o with { DrainTimeout = drainTimeout });
        server.Expected.Add(DrainTimedOut);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(server.EndPoint);
        using RawPeer peer = await ReadyAsync(new RawPeer(socket));
        await peer.SendAsync(string.Concat(Enumerable.Repeat("""{"A":7,"B":4}""", Count)));
        await TestTimeout.UntilAsync(() => server.Server.Connections.Requests == Count, "all is answered");
        await server.AtRestAsync(1);

        Task<bool> stopped = server.Server.StopAsync();
        await server.Clock.UntilTimerIsSetAsync(drainTimeout).WaitAsync(TestTimeout.Span);
        server.Clock.Advance(drainTimeout);

        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeFalse();
        (await peer.ReceiveToEndAsync()).Should().Be(string.Concat(Enumerable.Repeat("{\"Sum\":11}\n", Count)));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_spread_closes_one_after_the_other_serves_the_others_and_ends_in_time()
    {
        const int Count = 10;
        TimeSpan spread = TimeSpan.FromSeconds(5);
        await using ServerUnderTest server = Start(o => o with { DrainSpread = spread, ReadTimeout = Timeout.InfiniteTimeSpan });
        RawPeer[] peers = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => server.ConnectAsync()));
        foreach (RawPeer peer in peers)
            await peer.AskAsync("{\"A\":7,\"B\":4}");
        await server.AtRestAsync(Count);

        Task<bool> stopped = server.Server.StopAsync();
        await server.DrainsAsync();
        List<int> closed = [];
        for (TimeSpan at = TimeSpan.Zero; at < spread; at += server.Server.SweepPeriod)
        {
            server.Clock.Advance(server.Server.SweepPeriod);
            closed.Add(Count - server.Server.Connections.All.Count(c => c.Reason == CloseReason.None));
        }

        closed[^1].Should().Be(Count, "the last turn is within the spread");
        for (int i = 0; i < closed.Count; i++)
            closed[i].Should().BeInRange((int)((double)Count * i / closed.Count) - 2, (int)((double)Count * i / closed.Count) + 3);
        foreach (RawPeer peer in peers)
            (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        Array.ForEach(peers, peer => peer.Dispose());
        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_connection_is_served_until_its_turn_comes()
    {
        await using ServerUnderTest server = Start(
            o => o with { DrainSpread = TimeSpan.FromSeconds(9), DrainTimeout = _plenty, ReadTimeout = Timeout.InfiniteTimeSpan });
        using RawPeer peer = await server.ConnectAsync();
        await server.AtRestAsync(1);
        Task<bool> stopped = server.Server.StopAsync();
        await server.DrainsAsync();

        (await peer.AskAsync("{\"A\":7,\"B\":4}")).Should().Be("{\"Sum\":11}");
        await server.AtRestAsync(1);
        await AdvanceUntilAsync(server, stopped);
        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        (await stopped).Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Stopping_twice_is_stopping_once()
    {
        await using ServerUnderTest server = Start();

        Task<bool> first = server.Server.StopAsync();
        Task<bool> second = server.Server.StopAsync();

        second.Should().BeSameAs(first);
        (await first.WaitAsync(TestTimeout.Span)).Should().BeTrue();
        await server.Server.Completion;
    }

    private static Task AdvanceUntilAsync(ServerUnderTest server, Task ended) => TestTimeout.UntilAsync(
        () =>
        {
            server.Clock.Advance(server.Server.SweepPeriod);
            return ended.IsCompleted;
        },
        "the server has stopped");
}
