using FluentAssertions;
using SumSocket.Server.Tcp.Connection;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>A process that stands still for a time: peers could not be heard then, and are not cut for it.</summary>
public sealed class SuspensionTests : ServerTest
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_suspended_process_cuts_no_peer_when_it_wakes()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();
        await server.AtRestAsync(1);
        server.Clock.Advance(10 * _second);

        server.Clock.Jump(TimeSpan.FromHours(1)); // of which as much counts as a late timer explains
        await server.AtRestAsync(1);
        server.Clock.Advance(18 * _second);
        await server.AtRestAsync(1);
        server.Clock.Advance(3 * _second);

        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.IdleTimeout);
    }

    [Fact]
    public void A_deadline_set_between_waking_and_the_next_sweep_does_not_lie_ahead_by_the_suspension()
    {
        var time = new ManualTimeProvider();
        var clock = new SuspendAwareClock(time, _second);
        time.Advance(_second);
        clock.Tick();

        time.Jump(TimeSpan.FromHours(1));
        long deadline = clock.After(30 * _second);
        clock.Tick();

        (deadline - clock.Now).Should().Be(30 * time.TimestampFrequency);
        clock.LastTick.Should().Be(clock.Now);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Many_short_suspensions_do_not_add_up_to_the_read_deadline()
    {
        await using ServerUnderTest server = Start(o => o with { ReadTimeout = 10 * _second });
        using RawPeer peer = await server.ConnectAsync();
        await server.AtRestAsync(1);

        for (int i = 0; i < 40; i++) // 80 s pass, in 3.2 of which the server runs
        {
            server.Clock.Jump(TimeSpan.FromSeconds(1.92));
            server.Clock.Advance(TimeSpan.FromSeconds(0.08));
        }

        await server.AtRestAsync(1);
        (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        await server.AtRestAsync(1);
        server.Clock.Advance(11 * _second);
        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.IdleTimeout);
        server.Server.SweepPeriod.Should().Be(_second / 2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Is_not_part_of_the_drain_timeout()
    {
        TimeSpan plenty = TimeSpan.FromHours(100);
        await using ServerUnderTest server = Start(o => o with { WriteTimeout = plenty, DrainTimeout = 3 * _second });
        using RawPeer peer = await server.ConnectAsync();
        string requests = string.Concat(Enumerable.Repeat("{\"A\":7,\"B\":4}", 5_000));
        using CancellationTokenSource enough = new();
        Task flood = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
                await peer.SendAsync(requests);
        });
        await TestTimeout.UntilAsync(() => server.Server.Connections.All.Any(connection => connection.IsSending), "the answers pile up");
        await enough.CancelAsync();
        Task<bool> stopped = server.Server.StopAsync();
        await server.DrainsAsync();

        server.Clock.Jump(TimeSpan.FromHours(1));
        await server.Clock.UntilTimerIsSetAsync(2 * _second).WaitAsync(TestTimeout.Span); // what is left of it

        (await peer.ReceiveToEndAsync()).Should().EndWith("{\"Sum\":11}\n");
        await flood;
        peer.Dispose();
        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeTrue();
    }
}
