using FluentAssertions;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>Room at the connection limit, made of those that have been idle longest.</summary>
public class EvictionTests : ServerTest
{
    private const int AtConnectionLimit = 122;
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_longest_idle_goes_first_in_order_and_only_for_one_that_comes()
    {
        await using ServerUnderTest server = Start(o => o with { MaxConnections = 3, EvictIdle = 5 * _second });
        RawPeer[] peers = [await server.ConnectAsync(), await server.ConnectAsync(), await server.ConnectAsync()];
        foreach (int i in (int[])[1, 0, 2])
        {
            server.Clock.Advance(_second);
            await peers[i].AskAsync("""{"A":7,"B":4}""");
            await server.AtRestAsync(3);
        }

        server.Clock.Advance(10 * _second);
        server.Server.ActiveConnections.Should().Be(3);
        using RawPeer fourth = await server.ConnectAsync();

        (await fourth.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        (await peers[1].ReceiveToEndAsync()).Should().BeEmpty();
        peers[1].Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.Evicted);
        using RawPeer fifth = await server.ConnectAsync();
        (await fifth.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        (await peers[0].ReceiveToEndAsync()).Should().BeEmpty();
        peers[0].Dispose();
        (await peers[2].AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true, 4)] // not long enough
    [InlineData(false, 20)] // off, as by default
    public async Task Without_one_that_has_been_idle_long_enough_the_answer_is_busy(bool evicts, int seconds)
    {
        await using ServerUnderTest server = Start(
            o => o with { MaxConnections = 1, EvictIdle = evicts ? 5 * _second : o.EvictIdle });
        server.Expected.Add(AtConnectionLimit);
        using RawPeer first = await server.ConnectAsync();
        await server.AtRestAsync(1);
        server.Clock.Advance(seconds * _second);

        using RawPeer second = await server.ConnectAsync();

        (await second.ReceiveToEndAsync()).Should().Contain("busy");
        second.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.Busy);
        (await first.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task One_whose_answer_is_held_back_keeps_its_place()
    {
        await using ServerUnderTest server = Start(o => o with { MaxConnections = 1, EvictIdle = 5 * _second });
        server.Expected.Add(AtConnectionLimit);
        using RawPeer first = await server.ConnectAsync();
        await first.SendAsync("""{"A":7,"B":4,"Delay":20000}""");
        await TestTimeout.UntilAsync(() => server.Server.Delayed == 1, "its answer is held back");
        server.Clock.Advance(15 * _second);

        using RawPeer second = await server.ConnectAsync();

        (await second.ReceiveToEndAsync()).Should().Contain("busy");
        server.Clock.Advance(5 * _second);
        (await first.ReceiveLineAsync()).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_crowd_takes_the_places_of_those_that_only_hold_them()
    {
        const int Count = 50;
        await using ServerUnderTest server = Start(o => o with { MaxConnections = Count, EvictIdle = 5 * _second });
        server.Expected.Add(AtConnectionLimit);
        for (int i = 0; i < Count; i++)
            await server.ConnectAsync();
        await server.AtRestAsync(Count);
        server.Clock.Advance(6 * _second);

        for (int i = 0; i < Count; i++)
            (await (await server.ConnectAsync()).AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        using RawPeer oneMore = await server.ConnectAsync();
        (await oneMore.ReceiveToEndAsync()).Should().Contain("busy", "the newcomers are not idle yet");

        server.EndFarewells();
        await server.AtRestAsync(Count);
        server.Server.Connections.IsFull.Should().BeTrue();
        server.Server.ActiveConnections.Should().Be(Count);
    }
}
