using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Ping;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

/// <summary>When a ping sends, and what it says of each answer and each connection.</summary>
public class PingProbeTests : PingProbeTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Asks_on_a_fixed_schedule_that_slow_answers_do_not_shift()
    {
        long start = Clock.GetTimestamp();
        List<double> sent = [];
        Queue<double> takes = new([0.2, 0.2, 2.5, 0.1, 0.2]);
        ScriptedClient client = Play((a, b, _) =>
        {
            sent.Add(Clock.GetElapsedTime(start).TotalSeconds);
            Clock.Advance(TimeSpan.FromSeconds(takes.Dequeue()));
            return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b));
        });
        PingProbe probe = new(client, new PingOptions { Count = 5 }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await Clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(0.8)); // to slot 1
        // to slot 2, answered at 4.5: slots 3 and 4 have passed, one is made up for
        await Clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(0.8));
        await Clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(0.4)); // to slot 5
        List<PingEvent> events = await run;

        sent.Should().Equal(0, 1, 2, 4.5, 5);
        events.Cast<PingRound>().Select(round => round.Sequence).Should().Equal(1, 2, 3, 4, 5);
        events.Cast<PingRound>().Select(round => round.Time.TotalSeconds).Should().Equal(0.2, 0.2, 2.5, 0.1, 0.2);
        PingSummary summary = probe.Summary;
        (summary.Rounds, summary.Answered, summary.Lost, summary.Skipped, summary.Outages).Should().Be((5, 5, 0, 1, 1));
        (summary.Min, summary.Max, summary.P99).Should().Be((TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(2.5), null));
        summary.Mean!.Value.TotalSeconds.Should().BeApproximately(0.64, 1e-6);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_retried_round_counts_from_its_first_try_and_ends_the_outage_that_its_retry_followed()
    {
        ScriptedClient client = null!;
        client = Play((a, b, _) =>
        {
            Clock.Advance(Second / 10);
            client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, Peer, "connection closed by peer"));
            Clock.Advance(Second / 10);
            client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, Peer, "", 1));
            Clock.Advance(Second / 10);
            return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b) { IsRetried = true });
        });
        PingProbe probe = new(client, new PingOptions { Count = 1 }, Clock);

        PingRound round = (await CollectAsync(probe)).OfType<PingRound>().Single();

        (round.IsRetried, round.Time).Should().Be((true, 3 * Second / 10));
        PingSummary summary = probe.Summary;
        (summary.Answered, summary.Lost, summary.Retried).Should().Be((1, 0, 1));
        PingOutage outage = summary.RecentOutages.Should().ContainSingle().Subject;
        (outage.Duration, outage.RoundsLost).Should().Be((2 * Second / 10, 0));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Counts_every_outcome_and_finds_a_wrong_sum_by_itself()
    {
        Queue<SumResult> script = new(
        [
            new(SumOutcome.Sum, 11), new(SumOutcome.Sum, 12), new(SumOutcome.WrongAnswer, 10),
            new(SumOutcome.ServerError, 0, ErrorCode.Busy),
            new(SumOutcome.TimedOut), new(SumOutcome.NotSent), new(SumOutcome.OutcomeUnknown), new(SumOutcome.Sum, 11),
            new(SumOutcome.WrongAnswer, 0, ErrorCode.Overflow),
        ]);
        ScriptedClient client = Play((_, _, _) => ValueTask.FromResult(script.Dequeue()));
        PingProbe probe = new(client, new PingOptions { Count = 9, Interval = TimeSpan.Zero }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await Clock.AdvanceWhenAwaitedAsync(TimeSpan.FromMilliseconds(10)); // after the one that was not sent
        List<PingEvent> events = await run;

        events.Cast<PingRound>().Select(round => (round.Outcome, round.Reason)).Should().Equal(
            (SumOutcome.Sum, ""), (SumOutcome.WrongAnswer, ""), (SumOutcome.WrongAnswer, ""), (SumOutcome.ServerError, "busy"),
            (SumOutcome.TimedOut, "timed out"), (SumOutcome.NotSent, "no connection"),
            (SumOutcome.OutcomeUnknown, "connection lost"), (SumOutcome.Sum, ""),
            (SumOutcome.WrongAnswer, "overflow"));
        PingSummary summary = probe.Summary;
        (summary.Rounds, summary.Sent, summary.Answered, summary.Lost, summary.Errors, summary.Wrong, summary.NotSent)
            .Should().Be((9, 8, 2, 2, 1, 3, 1));
        summary.RecentOutages.Should().ContainSingle().Which.Should()
            .Be(new PingOutage(TimeSpan.Zero, "busy", TimeSpan.FromMilliseconds(10), 4));
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(ErrorCode.Busy, 1)]
    [InlineData(ErrorCode.NotAnInteger, 0)] // a server that says this serves
    public async Task An_error_with_which_a_server_closes_the_connection_is_no_answer(ErrorCode error, long outages)
    {
        PingProbe probe = new(
            Play(
                (_, _, _) => ValueTask.FromResult(new SumResult(SumOutcome.ServerError, 0, error))), new PingOptions { Count = 1 }, Clock);

        await CollectAsync(probe);

        probe.Summary.Errors.Should().Be(1);
        probe.Summary.RecentOutages.Select(outage => (outage.NoticedBy, outage.RoundsLost)).Should().Equal(
            Enumerable.Repeat((error.ToWireName(), 1L), (int)outages));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_a_connection_lost_between_rounds_and_had_again()
    {
        ScriptedClient client = Play((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Count = 2 }, Clock);
        client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, Peer, "", 1));

        Task<List<PingEvent>> run = CollectAsync(probe);
        await Clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(0.25));
        client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, Peer, "connection closed by peer"));
        Clock.Advance(TimeSpan.FromSeconds(0.5));
        client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 1, Second));
        client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, Peer, "", 2));
        Clock.Advance(TimeSpan.FromSeconds(0.25));
        List<PingEvent> events = await run;

        events.Where(one => one is PingConnection).Select(one => one with { At = default }).Should().Equal(
            new PingConnection(ConnectionEventKind.Lost, Peer, "connection closed by peer", 1, TimeSpan.Zero),
            new PingConnection(ConnectionEventKind.Connected, Peer, "", 2, TimeSpan.FromSeconds(0.5)));
        PingSummary summary = probe.Summary;
        (summary.Connections, summary.Answered).Should().Be((2, 2));
        (summary.Outages, summary.AvailabilityPercent).Should().Be((0, 100), "no round needed it meanwhile");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_why_a_round_was_lost_or_not_sent()
    {
        ScriptedClient? client = null;
        int round = 0;
        client = Play((_, _, _) =>
        {
            bool first = round++ == 0;
            client!.Raise(first
                ? new ConnectionEvent(ConnectionEventKind.Lost, Peer, "connection reset by peer")
                : new ConnectionEvent(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 1, Second));
            Clock.Advance(TimeSpan.FromSeconds(0.3));
            return ValueTask.FromResult(new SumResult(first ? SumOutcome.OutcomeUnknown : SumOutcome.NotSent));
        });
        PingProbe probe = new(client, new PingOptions { Count = 2, Interval = TimeSpan.Zero }, Clock);

        List<PingEvent> events = await CollectAsync(probe);

        events.OfType<PingConnection>().Select(one => one.Reason).Should().Equal("connection reset by peer");
        events.OfType<PingRound>().Select(one => (one.Reason, one.RetryIn.TotalSeconds)).Should().Equal(
            ("connection reset by peer", 0), ("connection refused", 0.7));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_a_round_at_its_time_out_and_goes_on()
    {
        ScriptedClient? client = null;
        client = Play(async (a, b, given) =>
        {
            if (client!.Calls > 1)
                return new SumResult(SumOutcome.Sum, a + b);
            await Task.Delay(3 * Second, Clock, given);
            return new SumResult(SumOutcome.TimedOut);
        });
        PingProbe probe = new(client, new PingOptions { Count = 2 }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await Clock.AdvanceWhenAwaitedAsync(3 * Second);
        List<PingEvent> events = await run;

        events.Cast<PingRound>().Select(one => (one.Outcome, one.Time)).Should().Equal(
            (SumOutcome.TimedOut, 3 * Second), (SumOutcome.Sum, TimeSpan.Zero));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task With_an_interval_what_was_not_sent_does_not_shift_the_schedule()
    {
        ScriptedClient? client = null;
        client = Play((_, _, _) =>
        {
            client!.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 1, 3 * Second));
            return ValueTask.FromResult(new SumResult(SumOutcome.NotSent));
        });
        PingProbe probe = new(client, new PingOptions { Count = 2 }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await Clock.AdvanceWhenAwaitedAsync(Second);

        (await run).Should().HaveCount(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Without_an_interval_it_waits_for_the_next_attempt_to_connect()
    {
        ScriptedClient? client = null;
        client = Play((_, _, _) =>
        {
            client!.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 1, 3 * Second));
            return ValueTask.FromResult(new SumResult(SumOutcome.NotSent));
        });
        PingProbe probe = new(client, new PingOptions { Count = 2, Interval = TimeSpan.Zero }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await Clock.AdvanceWhenAwaitedAsync(2.9 * Second);
        client.Calls.Should().Be(1);
        Clock.Advance(0.1 * Second);

        (await run).Should().HaveCount(2, "and behind the last there is nothing to wait for");
    }
}
