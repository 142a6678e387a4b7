using FluentAssertions;
using SumSocket.Server;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>Requests whose answer is held back.</summary>
public class DelayTests : ServerTest
{
    private const string Sum = """{"Sum":11}""";
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _millisecond = TimeSpan.FromMilliseconds(1);

    // rule O1, rule O2
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_when_the_time_has_come_and_not_a_millisecond_before()
    {
        await using ServerUnderTest server = Start();
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Delayed(60_000));
        await HeldAsync(server, 1);

        server.Clock.Advance(60 * _second - _millisecond);
        server.Server.Delayed.Should().Be(1, "neither its time has come, nor is the connection idle meanwhile");
        server.Clock.Advance(_millisecond);
        (await peer.ReceiveLineAsync()).Should().Be(Sum);

        await server.AtRestAsync(1);
        server.Clock.Advance(30 * _second - _millisecond);
        await server.AtRestAsync(1);
        server.Clock.Advance(_millisecond);
        (await peer.ReceiveToEndAsync()).Should().BeEmpty("the read deadline started with the answer");
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.IdleTimeout);
    }

    // rule O2
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Holds_back_the_answers_behind_it_and_each_delay_runs_in_its_turn()
    {
        await using ServerUnderTest server = Start();
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("""{"A":1,"B":0}{"A":2,"B":0,"Delay":1000}{"A":3,"B":0}""");
        await peer.SendAsync("""{"A":4,"B":0,"Delay":500,"Id":4}{"A":5,"B":0} {"A":6""");
        (await peer.ReceiveLineAsync()).Should().Be("""{"Sum":1}""");
        await HeldAsync(server, 1);
        await peer.SendAsync(""","B":0}""");

        server.Clock.Advance(_second);
        (await peer.ReceiveLineAsync()).Should().Be("""{"Sum":2}""");
        (await peer.ReceiveLineAsync()).Should().Be("""{"Sum":3}""");
        await HeldAsync(server, 1);
        server.Clock.Advance(_second / 2 - _millisecond);
        server.Server.Delayed.Should().Be(1);
        server.Clock.Advance(_millisecond);
        (await peer.ReceiveLineAsync()).Should().Be("""{"Sum":4,"Id":4}""");
        (await peer.ReceiveLineAsync()).Should().Be("""{"Sum":5}""");
        (await peer.ReceiveLineAsync()).Should().Be("""{"Sum":6}""");
    }

    // rule O1
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_after_the_peer_has_ended_its_sending_side()
    {
        await using ServerUnderTest server = Start();
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Delayed(3000));
        peer.EndSending();
        await HeldAsync(server, 1);

        server.Clock.Advance(3 * _second);

        (await peer.ReceiveToEndAsync()).Should().Be(Sum + "\n");
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerClosed);
    }

    // rule O3
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_stop_answers_all_that_was_received_at_once()
    {
        await using ServerUnderTest server = Start();
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Delayed(60_000) + Delayed(60_000) + """{"A":1,"B":1}""");
        await HeldAsync(server, 1);

        Task<bool> stopped = server.Server.StopAsync();

        (await peer.ReceiveToEndAsync()).Should().Be($"{Sum}\n{Sum}\n{{\"Sum\":2}}\n");
        peer.Dispose();
        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeTrue();
        (await server.NextCloseAsync()).Should().Be(CloseReason.ServerStopping);
    }

    // rule O3
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_lifetime_ends_a_delay()
    {
        await using ServerUnderTest server = Start(o => o with { MaxLifetime = 10 * _second });
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Delayed(60_000));
        await HeldAsync(server, 1);

        server.Clock.Advance(10 * _second);

        (await peer.ReceiveToEndAsync()).Should().Be(Sum + "\n");
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.MaxLifetime);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Notices_within_ten_seconds_that_the_peer_is_gone()
    {
        await using ServerUnderTest server = Start();
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Delayed(3_600_000));
        await HeldAsync(server, 1);

        peer.Reset();
        server.Clock.Advance(11 * _second);

        LogEntry closed = await server.Log.NextAsync(ServerUnderTest.ConnectionClosed);
        (closed["Reason"], closed["Phase"]).Should().Be(("peer_reset", "delay"));
        server.Server.Delayed.Should().Be(0);
    }

    [Fact]
    public void Delays_that_end_early_leave_nothing_in_the_queue()
    {
        var released = new List<Item>();
        using var queue = new DelayQueue<Item>(new ManualTimeProvider(), released.Add);
        Item[] items = [.. Enumerable.Range(0, 1000).Select(_ => new Item())];
        foreach (Item item in items)
            queue.Add(item, 3_600_000);

        foreach (Item item in items)
        {
            queue.Release(item);
            queue.Release(item); // once
        }

        released.Should().Equal(items);
        queue.Count.Should().Be(0);
        queue.Kept.Should().Be(0);
    }

    private sealed class Item : Delayed;

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_connection_that_is_cut_ends_although_its_answer_is_held_back()
    {
        await using ServerUnderTest server = Start();
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Delayed(60_000));
        await HeldAsync(server, 1);

        server.Server.Connections.All.Single().Cut(CloseReason.DrainTimeout);

        (await server.NextCloseAsync()).Should().Be(CloseReason.DrainTimeout);
        server.Server.Delayed.Should().Be(0);
    }

    // rule O1
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(0, 1)]
    [InlineData(5, 5001)]
    public async Task A_longer_delay_than_the_server_allows_is_an_error_and_harms_nothing_else(int allowedSeconds, int asked)
    {
        await using ServerUnderTest server = Start(o => o with { MaxDelay = allowedSeconds * _second });
        RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync(Delayed(asked) + """{"A":7,"B":4}""");

        (await peer.ReceiveLineAsync()).Should()
            .Be("""{"Error":"out_of_range","Message":"Delay is longer than allowed, or negative"}""");
        (await peer.ReceiveLineAsync()).Should().Be(Sum);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_overflow_is_delayed_too()
    {
        await using ServerUnderTest server = Start();
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("""{"A":9223372036854775807,"B":1,"Delay":100}""");
        await HeldAsync(server, 1);
        server.Clock.Advance(_second / 10);
        (await peer.ReceiveLineAsync()).Should().Contain("overflow");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Thousands_of_delays_in_one_segment_are_answered_in_order_and_held_without_reading_on()
    {
        const int Count = 700; // more than fit the buffer of one receive
        await using ServerUnderTest server = Start();
        RawPeer peer = await server.ConnectAsync();
        Task sent = peer.SendAsync(string.Concat(Enumerable.Range(0, Count).Select(i => $"{{\"A\":{i},\"B\":0,\"Delay\":1}}")));
        for (int i = 0; i < Count; i++)
        {
            await HeldAsync(server, 1);
            server.Clock.Advance(_millisecond);
            (await peer.ReceiveLineAsync()).Should().Be($"{{\"Sum\":{i}}}");
        }

        await sent;
        await server.AtRestAsync(1);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Delays_of_many_connections_end_in_the_order_of_their_times()
    {
        await using ServerUnderTest server = Start();
        List<RawPeer> peers = [];
        int[] delays = [500, 100, 400, 200, 300];
        foreach (int delay in delays)
        {
            peers.Add(await server.ConnectAsync());
            await peers[^1].SendAsync(Delayed(delay));
            await HeldAsync(server, peers.Count);
        }

        foreach (int delay in delays.Order())
        {
            server.Clock.Advance(_second / 10);
            (await peers[Array.IndexOf(delays, delay)].ReceiveLineAsync()).Should().Be(Sum);
            server.Server.Delayed.Should().Be(delays.Count(other => other > delay));
        }
    }

    private static string Delayed(int milliseconds) => $"{{\"A\":7,\"B\":4,\"Delay\":{milliseconds}}}";

    private static Task HeldAsync(ServerUnderTest server, int count) =>
        TestTimeout.UntilAsync(() => server.Server.Delayed == count, $"{count} answers are held back");
}
