using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

/// <summary>A ping hides no time: each round that was due is in a figure, and a standstill is an outage.</summary>
public class PingTimeTests : PingProbeTest
{
    private static readonly TimeSpan _half = Second / 2;

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_server_that_stands_still_for_half_of_the_time_is_seen_in_every_figure()
    {
        TaskCompletionSource<SumResult> frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int calls = 0;
        ScriptedClient client = Play((a, b, _) =>
            ++calls == 11 ? new(frozen.Task) : ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Interval = _half, Deadline = 20 * Second }, Clock);
        Task<List<PingEvent>> run = CollectAsync(probe);
        await PassAsync(() => calls == 11);

        Clock.Advance(9.7 * Second); // the round of 5.0 s is answered at 14.7 s
        probe.Summary.Skipped.Should().Be(19, "a look meanwhile counts what is due by then");
        frozen.SetResult(new SumResult(SumOutcome.Sum, 11));
        await PassAsync(() => run.IsCompleted);

        PingSummary summary = probe.Summary;
        (summary.Sent + summary.Skipped, summary.Answered, summary.Lost, summary.LossPercent).Should().Be((40, summary.Sent, 0, 0));
        summary.Skipped.Should().Be(18, "one of the nineteen is made up for");
        PingOutage outage = summary.RecentOutages.Should().ContainSingle().Subject;
        outage.Should().Be(new PingOutage(5 * Second, "no answer", 9.7 * Second, 0));
        summary.AvailabilityPercent.Should().BeApproximately(100 * (1 - 9.7 / 20), 0.5);
        summary.Max.Should().BeCloseTo(9.7 * Second, Second / 10);
        summary.FromDue!.Count.Should().Be(40);
        summary.FromDue.P50.Should().BeLessThan(_half);
        summary.FromDue.Max.Should().BeCloseTo(9.7 * Second, Second / 10);
        summary.FromDue.Mean.Should().BeGreaterThan(2 * summary.Mean!.Value);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_standstill_is_an_outage_too_where_rounds_do_not_wait_and_all_are_answered_after_it()
    {
        List<TaskCompletionSource<SumResult>> waiting = [];
        bool isFrozen = false;
        ScriptedClient client = Play((a, b, _) =>
        {
            if (!isFrozen)
                return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b));
            waiting.Add(new TaskCompletionSource<SumResult>());
            return new ValueTask<SumResult>(waiting[^1].Task);
        });
        PingProbe probe = new(
            client, new PingOptions { Interval = _half, Deadline = 20 * Second, Workers = 3, Overlap = true }, Clock);
        Task<List<PingEvent>> run = CollectAsync(probe);
        await PassAsync(() => client.Calls == 30); // up to 4.5 s
        isFrozen = true;
        await PassAsync(() => client.Calls == 90); // from 5 s to 14.5 s
        Clock.Advance(Second / 10);
        isFrozen = false;
        waiting.ForEach(one => one.SetResult(new SumResult(SumOutcome.Sum, 11)));
        await PassAsync(() => run.IsCompleted);

        PingSummary summary = probe.Summary;
        (summary.Sent, summary.Answered, summary.Skipped).Should().Be((120, 120, 0));
        summary.RecentOutages.Should().Equal(new PingOutage(5 * Second, "no answer", 9.6 * Second, 0));
        summary.AvailabilityPercent.Should().BeApproximately(52, 0.1);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_was_due_when_it_ends_while_a_round_waits_is_skipped()
    {
        PingOptions options = new() { Interval = _half, Deadline = 10 * Second };
        PingProbe probe = new(Play((_, _, given) => NeverAsync(given)), options, Clock);
        Task<List<PingEvent>> run = CollectAsync(probe);

        Clock.Advance(10 * Second);
        await run;

        PingSummary summary = probe.Summary;
        (summary.Rounds, summary.Lost, summary.Skipped).Should().Be((1, 1, 19));
        (summary.LossPercent, summary.AvailabilityPercent).Should().Be((100, 0));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_was_due_before_there_was_a_connection_is_skipped()
    {
        PingProbe probe = new(Play((_, _, given) => NeverAsync(given)), new PingOptions(), Clock);
        Clock.Advance(3.5 * Second);
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();

        await CollectAsync(probe, stop.Token);

        PingSummary summary = probe.Summary;
        (summary.Rounds, summary.Skipped, summary.LossPercent).Should().Be((0, 4, 100));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_time_of_a_round_is_without_the_connect_that_it_waited_for_and_the_time_from_when_it_was_due_is_with_it()
    {
        ScriptedClient client = null!;
        client = Play((a, b, _) =>
        {
            Clock.Advance(Second / 2);
            client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, Peer, "", 1) { ConnectTime = Second / 4 });
            Clock.Advance(Second / 100);
            return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b));
        });
        PingProbe probe = new(client, new PingOptions { Count = 1 }, Clock);

        PingRound round = (await CollectAsync(probe)).OfType<PingRound>().Single();

        (round.Time, round.FromDue).Should().Be((Second / 100, 0.51 * Second));
        PingSummary summary = probe.Summary;
        (summary.Connects!.Count, summary.Connects.Max).Should().Be((1, Second / 4));
        summary.Outages.Should().Be(0);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_first_round_is_not_late_when_the_connection_was_slow()
    {
        PingProbe probe = new(
            Play((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b))), new PingOptions { Count = 1 }, Clock);
        Clock.Advance(Second / 2); // what a command needs to connect ahead of it

        PingRound round = (await CollectAsync(probe)).OfType<PingRound>().Single();

        round.FromDue.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void From_when_it_was_due_is_never_less_than_from_when_it_was_sent()
    {
        PingRecord record = new(new PingOptions(), Clock);
        record.EndRound(record.BeginRound(1, 1, 0), new SumResult(SumOutcome.Sum, 11), Clock.GetTimestamp());
        Clock.Advance(0.9995 * Second); // a timer that is early
        PingRequest second = record.BeginRound(1, 2, 1);
        Clock.Advance(Second / 1000);

        PingRound round = record.EndRound(second, new SumResult(SumOutcome.Sum, 11), Clock.GetTimestamp())!;

        (round.Time, round.FromDue).Should().Be((Second / 1000, Second / 1000));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_server_that_was_never_there_is_all_lost_and_no_time_available()
    {
        ScriptedClient client = null!;
        client = Play((_, _, _) =>
        {
            client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 1));
            return ValueTask.FromResult(new SumResult(SumOutcome.NotSent));
        });
        PingProbe probe = new(client, new PingOptions { Count = 3 }, Clock);
        Task<List<PingEvent>> run = CollectAsync(probe);
        await PassAsync(() => run.IsCompleted);

        PingSummary summary = probe.Summary;
        (summary.Sent, summary.NotSent, summary.LossPercent, summary.AvailabilityPercent).Should().Be((0, 3, 100, 0));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_request_that_never_ends_does_not_make_it_remember_all_that_follow()
    {
        int calls = 0;
        ScriptedClient client = Play((a, b, given) =>
            ++calls == 1 ? NeverAsync(given) : ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Workers = 10_000, Overlap = true, Count = 30 }, Clock);
        Task<List<PingEvent>> run = CollectAsync(probe);
        await PassAsync(() => probe.Summary.Answered == 299_999);

        PingSummary summary = probe.Summary;
        (summary.Lost, summary.UnderWay, summary.Outages).Should().Be((1, 0, 0));
        run.IsCompleted.Should().BeFalse();
    }

    /// <summary>Lets time pass from one wait for a round to the next.</summary>
    private async Task PassAsync(Func<bool> isEnough)
    {
        while (!isEnough())
        {
            await Task.Yield();
            if (Clock.NextDue is { } wait && wait <= Second && !isEnough())
                Clock.Advance(wait);
        }
    }
}
