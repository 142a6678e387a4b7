using System.Net;
using FluentAssertions;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>How long a peer may take.</summary>
public class DeadlineTests : ServerTest
{
    private const string TimeoutAnswer = "{\"Error\":\"timeout\",\"Message\":\"the message was not completed in time\"}\n";
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // rule T8
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Closes_an_idle_connection_at_the_read_deadline_without_a_word()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();
        await server.AtRestAsync(1);

        server.Clock.Advance(30 * _second - TimeSpan.FromMilliseconds(1));
        await server.AtRestAsync(1);
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.IdleTimeout);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Throws_away_what_comes_after_the_deadline()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();
        await server.AtRestAsync(1);
        SumTcpConnection connection = server.Server.Connections.All.Single();
        server.Clock.Advance(30 * _second);
        (await peer.ReceiveToEndAsync()).Should().BeEmpty();

        await peer.SendAsync("""{"A":7,"B":4}""");
        await TestTimeout.UntilAsync(() => connection.Unread == 0, "it is read");
        peer.Dispose();

        (await server.NextCloseAsync()).Should().Be(CloseReason.IdleTimeout);
        connection.Answered.Should().Be(0);
    }

    // rule T7
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Counts_the_read_deadline_from_the_previous_complete_request()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();
        for (int i = 0; i < 5; i++)
        {
            await server.AtRestAsync(1);
            server.Clock.Advance(29 * _second);
            (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        }

        await server.AtRestAsync(1);
        server.Clock.Advance(30 * _second);

        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.IdleTimeout);
    }

    // rule T7, rule T8
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Cuts_off_a_peer_that_sends_one_byte_a_second_and_says_so()
    {
        await using ServerUnderTest server = Start(o => o with { ReadTimeout = 5 * _second });
        using RawPeer peer = await server.ConnectAsync();
        for (int i = 0; i < 4; i++)
        {
            await peer.SendAsync("""{"A":7,"B":4}"""[i].ToString());
            await ReadAsync();
            server.Clock.Advance(_second);
        }

        await peer.SendAsync(":");
        await ReadAsync();
        server.Clock.Advance(_second);

        (await peer.ReceiveToEndAsync()).Should().Be(TimeoutAnswer);
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.ReadTimeout);

        async Task ReadAsync()
        {
            await TestTimeout.UntilAsync(
                () => server.Server.Connections.All.All(c => c.IsInsideMessage && c.Unread == 0), "the byte is read");
            await server.AtRestAsync(1); // a connection at work is looked at in a later sweep
        }
    }

    // rule T7
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task White_space_does_not_extend_the_read_deadline()
    {
        await using ServerUnderTest server = Start(o => o with { ReadTimeout = 5 * _second });
        using RawPeer peer = await server.ConnectAsync();
        for (int i = 0; i < 5; i++)
        {
            await peer.SendAsync(" \r\n\t");
            await TestTimeout.UntilAsync(() => server.Server.Connections.All.All(c => c.Unread == 0), "the white space is read");
            await server.AtRestAsync(1);
            server.Clock.Advance(_second);
        }

        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.IdleTimeout);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_flood_of_white_space_ends_at_the_read_deadline_although_the_connection_is_never_at_rest()
    {
        await using ServerUnderTest server = Start(o => o with { ReadTimeout = 5 * _second });
        using RawPeer peer = await server.ConnectAsync();
        string spaces = new(' ', 64 * 1024);
        Task<Exception?> flood = Task.Run(async () => await Record.ExceptionAsync(async () =>
        {
            while (true)
                await peer.SendAsync(spaces);
        }));

        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 1, "it is accepted");
        while (!flood.IsCompleted)
        {
            server.Clock.Advance(server.Server.SweepPeriod);
            await Task.Yield();
        }

        (await flood).Should().NotBeNull();
        (await server.NextCloseAsync()).Should().Be(CloseReason.IdleTimeout);
    }

    // rule T3
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Cuts_off_a_peer_that_does_not_take_its_answers_at_the_write_deadline()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();
        byte[] requests = [.. Enumerable.Repeat("{\"A\":7,\"B\":4}"u8.ToArray(), 5_000).SelectMany(bytes => bytes)];
        Task<Exception?> flood = Task.Run(async () => await Record.ExceptionAsync(async () =>
        {
            while (true)
                await peer.SendAsync(requests);
        }));
        await TestTimeout.UntilAsync(() => server.Server.Connections.All.Any(c => c.IsSending), "the answers pile up");

        SumTcpConnection connection = server.Server.Connections.All.Single();
        server.Clock.Advance(10 * _second - TimeSpan.FromMilliseconds(1));
        server.Server.Connections.Count.Should().Be(1);
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await server.NextCloseAsync()).Should().Be(CloseReason.WriteTimeout);
        connection.EndPhase.Should().Be(ConnectionPhase.Answer);
        (await flood.WaitAsync(TestTimeout.Span)).Should().NotBeNull("the connection was reset");
    }

    // rule T3
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_read_while_answers_are_unsent()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();
        await server.AtRestAsync(1);
        SumTcpConnection connection = server.Server.Connections.All.Single();
        RawPeer other = await server.ConnectAsync();
        byte[] requests = [.. Enumerable.Repeat("{\"A\":7,\"B\":4}"u8.ToArray(), 5_000).SelectMany(bytes => bytes)];
        long sent = 0;
        Task<Exception?> flood = Task.Run(async () => await Record.ExceptionAsync(async () =>
        {
            for (; sent < 64 * 1024 * 1024; Interlocked.Add(ref sent, requests.Length))
                await peer.SendAsync(requests);
        }));

        long last = 0;
        for (int still = 0; still < 1000 && !flood.IsCompleted;)
        {
            long answered = connection.Answered;
            still = answered == last && connection.Unread > 0 && connection.IsSending ? still + 1 : 0;
            last = answered;
            await other.AskAsync("{\"A\":7,\"B\":4}"); // in this time it could have read on
        }

        peer.Dispose();
        await flood;
        sent.Should().BeLessThan(16 * 1024 * 1024, "the buffers of both kernels and 32 KiB are all that can be under way");
    }

    // rule T9
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Closes_a_connection_at_its_greatest_age_however_busy_it_is()
    {
        await using ServerUnderTest server = Start(
            o => o with { ReadTimeout = Timeout.InfiniteTimeSpan, MaxLifetime = 30 * _second });
        using RawPeer peer = await server.ConnectAsync();
        for (int i = 0; i < 29; i++)
        {
            (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
            await server.AtRestAsync(1);
            server.Clock.Advance(_second);
        }

        await peer.SendAsync("""{"A":7,""");
        await TestTimeout.UntilAsync(() => server.Server.Connections.All.All(c => c.IsInsideMessage), "the half is read");
        await server.AtRestAsync(1);
        server.Clock.Advance(_second);

        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.MaxLifetime);
    }

    // rule T9
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task With_jitter_connections_made_together_end_one_after_the_other_around_the_greatest_age()
    {
        const int Count = 8;
        await using ServerUnderTest server = Start(
            o => o with { ReadTimeout = Timeout.InfiniteTimeSpan, MaxLifetime = 100 * _second, MaxLifetimeJitter = 0.5 });
        for (int i = 0; i < Count; i++)
            await server.ConnectAsync();
        await server.AtRestAsync(Count);

        List<int> ended = [];
        for (int at = 0; at < 150; at++)
        {
            server.Clock.Advance(_second);
            ended.Add(Count - server.Server.Connections.All.Count(c => c.Reason == CloseReason.None));
        }

        ended[48].Should().Be(0);
        ended[99].Should().BeInRange(3, 5);
        ended[149].Should().Be(Count);
        ended.Distinct().Should().HaveCountGreaterThan(5, "each has an age of its own");
    }

    [Theory]
    [InlineData(null, null, null, 500)]
    [InlineData(30_000, null, null, 500)]
    [InlineData(30_000, 4_000, null, 200)]
    [InlineData(1_000, 4_000, null, 50)]
    [InlineData(50, null, null, 5)]
    [InlineData(30_000, null, 2_000, 100)]
    public async Task A_deadline_is_noticed_no_more_than_a_twentieth_late(int? read, int? write, int? header, int expected)
    {
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with
        {
            ReadTimeout = Span(read),
            WriteTimeout = Span(write),
            Proxy = header is null ? null
                : new ProxyServerOptions { Senders = [IPNetwork.Parse("10.0.0.0/8")], HeaderTimeout = Span(header) },
        });

        server.Server.SweepPeriod.Should().Be(TimeSpan.FromMilliseconds(expected));

        static TimeSpan Span(int? milliseconds) =>
            milliseconds is { } given ? TimeSpan.FromMilliseconds(given) : Timeout.InfiniteTimeSpan;
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task No_limit_means_no_limit()
    {
        await using ServerUnderTest server = Start(o => o with { ReadTimeout = Timeout.InfiniteTimeSpan });
        using RawPeer peer = await server.ConnectAsync();
        await server.AtRestAsync(1);

        server.Clock.Advance(TimeSpan.FromHours(10));

        (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }
}
