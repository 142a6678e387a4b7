using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Ping;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

/// <summary>How a ping ends, and what becomes of the requests that are then without an answer.</summary>
public class PingStopTests : PingProbeTest
{
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
        client = Play((a, b, given) =>
        {
            if (client!.Calls > 1)
                return NeverAsync(given);
            Clock.Advance(TimeSpan.FromSeconds(firstTook));
            return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b));
        });
        PingProbe probe = new(client, new PingOptions { Interval = TimeSpan.FromSeconds(interval) }, Clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        if (firstTook < interval)
            await Clock.AdvanceWhenAwaitedAsync(TimeSpan.FromSeconds(interval - firstTook));
        await TestTimeout.UntilAsync(() => client.Calls == 2, "the second is sent");
        Clock.Advance(TimeSpan.FromSeconds(waits));
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
        client = Play((a, b, given) =>
        {
            if (client!.Calls > 100)
                return NeverAsync(given);
            if (client.Calls == 5)
                Clock.Advance(60 * Second);
            return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b));
        });
        PingProbe probe = new(client, new PingOptions { Interval = TimeSpan.Zero }, Clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        await TestTimeout.UntilAsync(() => client.Calls == 101, "the last is sent");
        Clock.Advance(1.1 * Second);
        await stop.CancelAsync();
        await run;

        probe.Summary.Should().BeEquivalentTo(new { Answered = 100, Lost = 1, UnderWay = 0, Max = 60 * Second });
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_round_begins_as_the_deadline_passes(bool overlap)
    {
        ScriptedClient client = Play((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Deadline = 2 * Second, Overlap = overlap }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await Clock.AdvanceWhenAwaitedAsync(TimeSpan.Zero); // the deadline's own timer
        await Clock.AdvanceWhenAwaitedAsync(Second);
        await TestTimeout.UntilAsync(() => client.Calls == 2, "the second is sent");
        Clock.Advance(Second);

        (await run).Should().HaveCount(2);
        client.Calls.Should().Be(2);
        Clock.IsAwaited.Should().BeFalse("whether it or the deadline comes first would be chance");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_summary_while_it_runs_forgets_nothing_of_what_comes_later()
    {
        TaskCompletionSource<SumResult> late = new();
        ScriptedClient? client = null;
        client = Play((a, b, _) => new ValueTask<SumResult>(late.Task));
        PingProbe probe = new(client, new PingOptions { Count = 1 }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        Clock.Advance(5 * Second);
        probe.Summary.Should().BeEquivalentTo(new { Lost = 1, UnderWay = 0, Outages = 1 });
        late.SetResult(new SumResult(SumOutcome.Sum, 11));
        await run;

        probe.Summary.Should().BeEquivalentTo(new { Answered = 1, Lost = 0, UnderWay = 0, Outages = 0 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Accounts_for_every_request_when_stopped_in_the_middle_of_one()
    {
        Queue<SumResult> script = new(
        [
            new(SumOutcome.Sum, 11), new(SumOutcome.WrongAnswer, 10), new(SumOutcome.ServerError, 0, ErrorCode.Busy),
            new(SumOutcome.TimedOut),
            new(SumOutcome.NotSent), new(SumOutcome.OutcomeUnknown), new(SumOutcome.Sum, 11),
        ]);
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedClient client = Play((_, _, given) =>
        {
            if (script.TryDequeue(out SumResult result))
                return ValueTask.FromResult(result);
            sent.SetResult();
            return NeverAsync(given);
        });
        PingProbe probe = new(client, new PingOptions { Interval = TimeSpan.Zero }, Clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        await Clock.AdvanceWhenAwaitedAsync(TimeSpan.FromMilliseconds(10)); // after the one that was not sent
        await sent.Task;
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
        ScriptedClient client = Play((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions(), Clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        await Clock.AdvanceWhenAwaitedAsync(Second);
        await Clock.AdvanceWhenAwaitedAsync(TimeSpan.Zero);
        await stop.CancelAsync();

        (await run).Should().HaveCount(2);
        (probe.Summary.Rounds, probe.Summary.Lost).Should().Be((2, 0));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Stops_sending_when_its_reader_leaves()
    {
        ScriptedClient client = Play((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Interval = TimeSpan.Zero }, Clock);

        await foreach (PingEvent _ in probe.RunAsync(TestContext.Current.CancellationToken))
            break;

        int calls = client.Calls;
        client.Calls.Should().Be(calls).And.BeLessThan(100_000);
        client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, Peer, "", 1));
        probe.Summary.Connections.Should().Be(0, "the probe listens no more");
    }
}
