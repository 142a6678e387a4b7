using System.Net;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Ping;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

public class PingProbeTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly IPEndPoint _peer = new(IPAddress.Loopback, 5656);

    private readonly TimerSignal _clock = new();

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Asks_on_a_fixed_schedule_that_slow_answers_do_not_shift()
    {
        long start = _clock.GetTimestamp();
        List<double> sent = [];
        Queue<double> takes = new([0.2, 0.2, 2.5, 0.1, 0.2]);
        ScriptedClient client = new((a, b, _) =>
        {
            sent.Add(_clock.GetElapsedTime(start).TotalSeconds);
            _clock.Advance(TimeSpan.FromSeconds(takes.Dequeue()));
            return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b));
        });
        PingProbe probe = new(client, new PingOptions { Count = 5 }, _clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await _clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(0.8)); // to slot 1
        // to slot 2, answered at 4.5: slots 3 and 4 have passed, one is made up for
        await _clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(0.8));
        await _clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(0.4)); // to slot 5
        List<PingEvent> events = await run;

        sent.Should().Equal(0, 1, 2, 4.5, 5);
        events.Cast<PingRound>().Select(round => round.Sequence).Should().Equal(1, 2, 3, 4, 5);
        events.Cast<PingRound>().Select(round => round.Time.TotalSeconds).Should().Equal(0.2, 0.2, 2.5, 0.1, 0.2);
        PingSummary summary = probe.Summary;
        (summary.Rounds, summary.Answered, summary.Lost, summary.Outages).Should().Be((5, 5, 0, 0));
        (summary.Min, summary.Max, summary.P99).Should().Be((TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(2.5), null));
        summary.Mean!.Value.TotalSeconds.Should().BeApproximately(0.64, 1e-6);
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
        ScriptedClient client = new((_, _, _) => ValueTask.FromResult(script.Dequeue()));
        PingProbe probe = new(client, new PingOptions { Count = 9, Interval = TimeSpan.Zero }, _clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await _clock.AdvanceWhenAwaitedAsync(TimeSpan.FromMilliseconds(10)); // after the one that was not sent
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
    [InlineData(ErrorCode.NotAnInteger, 0)] // whoever says this serves
    public async Task An_error_with_which_a_server_closes_the_connection_is_no_answer(ErrorCode error, long outages)
    {
        PingProbe probe = new(
            new ScriptedClient(
                (_, _, _) => ValueTask.FromResult(new SumResult(SumOutcome.ServerError, 0, error))), new PingOptions { Count = 1 }, _clock);

        await CollectAsync(probe);

        probe.Summary.Errors.Should().Be(1);
        probe.Summary.RecentOutages.Select(outage => (outage.NoticedBy, outage.RoundsLost)).Should().Equal(
            Enumerable.Repeat((error.ToWireName(), 1L), (int)outages));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Tells_of_a_connection_lost_between_rounds_and_had_again()
    {
        ScriptedClient client = new((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Count = 2 }, _clock);
        client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, _peer, "", 1));

        Task<List<PingEvent>> run = CollectAsync(probe);
        await _clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(0.25));
        client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, _peer, "connection closed by peer"));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, _peer, "connection refused", 1, _second));
        client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, _peer, "", 2));
        _clock.Advance(TimeSpan.FromSeconds(0.25));
        List<PingEvent> events = await run;

        events.Where(one => one is PingConnection).Should().Equal(
            new PingConnection(ConnectionEventKind.Lost, _peer, "connection closed by peer", 1, TimeSpan.Zero),
            new PingConnection(ConnectionEventKind.Connected, _peer, "", 2, TimeSpan.FromSeconds(0.5)));
        PingSummary summary = probe.Summary;
        (summary.Connections, summary.Answered, summary.Outages).Should().Be((2, 2, 1));
        summary.RecentOutages[0].Should().Be(
            new PingOutage(TimeSpan.FromSeconds(0.25), "connection closed by peer", TimeSpan.FromSeconds(0.75), 0));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Tells_why_a_round_was_lost_or_not_sent()
    {
        ScriptedClient? client = null;
        int round = 0;
        client = new ScriptedClient((_, _, _) =>
        {
            bool first = round++ == 0;
            client!.Raise(first
                ? new ConnectionEvent(ConnectionEventKind.Lost, _peer, "connection reset by peer")
                : new ConnectionEvent(ConnectionEventKind.ConnectFailed, _peer, "connection refused", 1, _second));
            _clock.Advance(TimeSpan.FromSeconds(0.3));
            return ValueTask.FromResult(new SumResult(first ? SumOutcome.OutcomeUnknown : SumOutcome.NotSent));
        });
        PingProbe probe = new(client, new PingOptions { Count = 2, Interval = TimeSpan.Zero }, _clock);

        List<PingEvent> events = await CollectAsync(probe);

        events.Cast<PingRound>().Select(one => (one.Reason, one.RetryIn.TotalSeconds)).Should().Equal(
            ("connection reset by peer", 0), ("connection refused", 0.7));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_a_round_at_its_time_out_and_goes_on()
    {
        ScriptedClient? client = null;
        client = new ScriptedClient(async (a, b, given) =>
        {
            if (client!.Asked > 1)
                return new SumResult(SumOutcome.Sum, a + b);
            await Task.Delay(3 * _second, _clock, given);
            return new SumResult(SumOutcome.TimedOut);
        });
        PingProbe probe = new(client, new PingOptions { Count = 2 }, _clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await _clock.AdvanceWhenAwaitedAsync(3 * _second);
        List<PingEvent> events = await run;

        events.Cast<PingRound>().Select(one => (one.Outcome, one.Time)).Should().Equal(
            (SumOutcome.TimedOut, 3 * _second), (SumOutcome.Sum, TimeSpan.Zero));
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(0.1, 0, 1.0, false)]
    [InlineData(0.1, 0, 1.1, true)] // for more than a second
    [InlineData(2, 0, 2.0, false)]
    [InlineData(2, 0, 2.1, true)]   // and than an interval
    [InlineData(2, 4, 6.0, false)]  // longer than the answer before took
    [InlineData(2, 4, 6.1, true)]
    public async Task Counts_what_is_outstanding_at_the_end_as_lost_if_it_has_waited_too_long(
        double interval, double firstTook, double waits, bool isLost)
    {
        ScriptedClient? client = null;
        client = new ScriptedClient((a, b, given) =>
        {
            if (client!.Asked > 1)
                return NeverAsync(given);
            _clock.Advance(TimeSpan.FromSeconds(firstTook));
            return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b));
        });
        PingProbe probe = new(client, new PingOptions { Interval = TimeSpan.FromSeconds(interval) }, _clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        if (firstTook < interval)
            await _clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(interval - firstTook));
        await TestTimeout.UntilAsync(() => client.Asked == 2, "the second is asked");
        _clock.Advance(TimeSpan.FromSeconds(waits));
        PingSummary before = probe.Summary;
        await stop.CancelAsync();

        (await run).Should().ContainSingle("the other round has not ended");
        PingSummary summary = probe.Summary;
        long lost = isLost ? 1 : 0;
        (summary.Rounds, summary.Sent, summary.UnderWay, summary.Lost, summary.Missing, summary.Outages).Should()
            .Be((2, 2, 1 - lost, lost, lost, lost));
        summary.RecentOutages.Select(outage => (outage.NoticedBy, outage.RoundsLost, outage.Duration)).Should().Equal(
            isLost ? [("no answer", 1, null)] : Array.Empty<(string, long, TimeSpan?)>());
        before.Should().BeEquivalentTo(summary, "a summary while it runs says the same");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task One_late_answer_does_not_blind_it_to_a_server_that_hangs()
    {
        ScriptedClient? client = null;
        client = new ScriptedClient((a, b, given) =>
        {
            if (client!.Asked > 100)
                return NeverAsync(given);
            if (client.Asked == 5)
                _clock.Advance(60 * _second);
            return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b));
        });
        PingProbe probe = new(client, new PingOptions { Interval = TimeSpan.Zero }, _clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        await TestTimeout.UntilAsync(() => client.Asked == 101, "the last is asked");
        _clock.Advance(1.1 * _second);
        await stop.CancelAsync();
        await run;

        probe.Summary.Should().BeEquivalentTo(new { Answered = 100, Lost = 1, UnderWay = 0, Max = 60 * _second });
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_round_begins_as_the_deadline_passes(bool overlap)
    {
        ScriptedClient client = new((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Deadline = 2 * _second, Overlap = overlap }, _clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await _clock.AdvanceWhenAwaitedAsync(TimeSpan.Zero); // the deadline's own timer
        await _clock.AdvanceWhenAwaitedAsync(_second);
        await TestTimeout.UntilAsync(() => client.Asked == 2, "the second is asked");
        _clock.Advance(_second);

        (await run).Should().HaveCount(2);
        client.Asked.Should().Be(2);
        _clock.IsAwaited.Should().BeFalse("whether it or the deadline comes first would be chance");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task With_an_interval_what_was_not_sent_does_not_shift_the_schedule()
    {
        ScriptedClient? client = null;
        client = new ScriptedClient((_, _, _) =>
        {
            client!.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, _peer, "connection refused", 1, 3 * _second));
            return ValueTask.FromResult(new SumResult(SumOutcome.NotSent));
        });
        PingProbe probe = new(client, new PingOptions { Count = 2 }, _clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await _clock.AdvanceWhenAwaitedAsync(_second);

        (await run).Should().HaveCount(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_summary_while_it_runs_forgets_nothing_of_what_comes_later()
    {
        TaskCompletionSource<SumResult> late = new();
        ScriptedClient? client = null;
        client = new ScriptedClient((a, b, _) => new ValueTask<SumResult>(late.Task));
        PingProbe probe = new(client, new PingOptions { Count = 1 }, _clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        _clock.Advance(5 * _second);
        probe.Summary.Should().BeEquivalentTo(new { Lost = 1, UnderWay = 0, Outages = 1 });
        late.SetResult(new SumResult(SumOutcome.Sum, 11));
        await run;

        probe.Summary.Should().BeEquivalentTo(new { Answered = 1, Lost = 0, UnderWay = 0, Outages = 0 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Without_an_interval_it_waits_for_the_next_attempt_to_connect()
    {
        ScriptedClient? client = null;
        client = new ScriptedClient((_, _, _) =>
        {
            client!.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, _peer, "connection refused", 1, 3 * _second));
            return ValueTask.FromResult(new SumResult(SumOutcome.NotSent));
        });
        PingProbe probe = new(client, new PingOptions { Count = 2, Interval = TimeSpan.Zero }, _clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await _clock.AdvanceWhenAwaitedAsync(2.9 * _second);
        client.Asked.Should().Be(1);
        _clock.Advance(0.1 * _second);

        (await run).Should().HaveCount(2, "and behind the last there is nothing to wait for");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Accounts_for_every_question_when_stopped_in_the_middle_of_one()
    {
        Queue<SumResult> script = new(
        [
            new(SumOutcome.Sum, 11), new(SumOutcome.WrongAnswer, 10), new(SumOutcome.ServerError, 0, ErrorCode.Busy),
            new(SumOutcome.TimedOut),
            new(SumOutcome.NotSent), new(SumOutcome.OutcomeUnknown), new(SumOutcome.Sum, 11),
        ]);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedClient client = new((_, _, given) =>
        {
            if (script.TryDequeue(out SumResult result))
                return ValueTask.FromResult(result);
            asked.SetResult();
            return NeverAsync(given);
        });
        PingProbe probe = new(client, new PingOptions { Interval = TimeSpan.Zero }, _clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        await _clock.AdvanceWhenAwaitedAsync(TimeSpan.FromMilliseconds(10)); // after the one that was not sent
        await asked.Task;
        await stop.CancelAsync();

        (await run).Should().HaveCount(7);
        PingSummary summary = probe.Summary;
        (summary.Rounds, summary.Answered, summary.Lost, summary.Errors, summary.Wrong, summary.NotSent, summary.UnderWay)
            .Should().Be((8, 2, 2, 1, 1, 1, 1));
        summary.Sent.Should().Be(summary.Answered + summary.Lost + summary.Errors + summary.Wrong + summary.UnderWay);
        summary.Missing.Should().Be(5);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_in_good_order_when_stopped_between_rounds()
    {
        ScriptedClient client = new((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions(), _clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        await _clock.AdvanceWhenAwaitedAsync(_second);
        await _clock.AdvanceWhenAwaitedAsync(TimeSpan.Zero);
        await stop.CancelAsync();

        (await run).Should().HaveCount(2);
        (probe.Summary.Rounds, probe.Summary.Lost).Should().Be((2, 0));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Stops_asking_when_its_reader_leaves()
    {
        ScriptedClient client = new((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Interval = TimeSpan.Zero }, _clock);

        await foreach (PingEvent _ in probe.RunAsync(TestContext.Current.CancellationToken))
            break;

        int asked = client.Asked;
        client.Asked.Should().Be(asked).And.BeLessThan(100_000);
        client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, _peer, "", 1));
        probe.Summary.Connections.Should().Be(0, "nobody listens any more");
    }

    private static async ValueTask<SumResult> NeverAsync(CancellationToken given)
    {
        TaskCompletionSource<SumResult> never = new();
        return await never.Task.WaitAsync(given);
    }

    private static async Task<List<PingEvent>> CollectAsync(PingProbe probe, CancellationToken stop = default)
    {
        List<PingEvent> events = [];
        await foreach (PingEvent one in probe.RunAsync(stop))
            events.Add(one);
        return events;
    }
}
