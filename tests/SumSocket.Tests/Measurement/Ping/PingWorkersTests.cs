using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

/// <summary>Several workers, and requests that do not wait for each other.</summary>
public class PingWorkersTests : PingProbeTest
{
    private readonly List<TaskCompletionSource<SumResult>> _pending = [];

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_each_worker_its_own_sequence()
    {
        ScriptedClient client = Play((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Count = 2, Workers = 3, Overlap = true }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await Clock.AdvanceWhenAwaitedAsync(Second);

        (await run).Cast<PingRound>().Select(round => (round.Worker, round.Sequence)).Should()
            .Equal((1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2));
        (probe.Summary.Rounds, probe.Summary.Answered).Should().Be((6, 6));
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lets_each_worker_wait_for_its_own_answer_when_there_is_no_interval(bool overlap)
    {
        PingProbe probe = new(
            Unanswering(), new PingOptions { Count = 2, Workers = 2, Interval = TimeSpan.Zero, Overlap = overlap }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        _pending.Should().HaveCount(2);
        Answer(1);
        await TestTimeout.UntilAsync(() => _pending.Count == 3, "the one that was answered sends again");
        Answer(2);
        Answer(0);
        await TestTimeout.UntilAsync(() => _pending.Count == 4, "and now the other");
        Answer(3);

        (await run).Cast<PingRound>().Select(round => (round.Worker, round.Sequence)).Should()
            .BeEquivalentTo([(1, 1L), (1, 2L), (2, 1L), (2, 2L)]);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Goes_on_sending_while_a_lost_request_waits_for_its_time_out()
    {
        PingProbe probe = new(Unanswering(), new PingOptions { Count = 4, Workers = 1, Overlap = true }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        await AnswerAsync(probe, 0);
        await Clock.AdvanceWhenAwaitedAsync(Second);
        await Clock.AdvanceWhenAwaitedAsync(Second);
        await Clock.AdvanceWhenAwaitedAsync(Second);
        await TestTimeout.UntilAsync(() => _pending.Count == 4, "all are sent, the second unanswered");
        await AnswerAsync(probe, 3);
        await AnswerAsync(probe, 2);
        Clock.Advance(2 * Second);
        _pending[1].SetResult(new SumResult(SumOutcome.TimedOut));

        (await run).Cast<PingRound>().Select(round => (round.Sequence, round.Outcome, round.Time.TotalSeconds)).Should().BeEquivalentTo(
            [(1L, SumOutcome.Sum, 0.0), (3L, SumOutcome.Sum, 1.0), (4L, SumOutcome.Sum, 0.0), (2L, SumOutcome.TimedOut, 4.0)]);
        probe.Summary.RecentOutages.Should().Equal(new PingOutage(Second, "timed out", 2 * Second, 1));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_that_no_answers_come_and_blames_that_for_what_was_lost_then()
    {
        ScriptedClient client = Unanswering();
        PingProbe probe = new(client, new PingOptions { Count = 3, Overlap = true }, Clock);

        Task<List<PingEvent>> run = CollectAsync(probe);
        client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 1));
        client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 2)); // is reported once
        await Clock.AdvanceWhenAwaitedAsync(Second);
        await Clock.AdvanceWhenAwaitedAsync(Second);
        await TestTimeout.UntilAsync(() => _pending.Count == 3, "two more are sent");
        client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, Peer, "", 2));
        await AnswerAsync(probe, 2);
        Clock.Advance(Second);
        _pending[0].SetResult(new SumResult(SumOutcome.TimedOut)); // sent before that was known
        _pending[1].SetResult(new SumResult(SumOutcome.TimedOut)); // and after
        List<PingEvent> events = await run;

        events.OfType<PingConnection>().Select(one => one with { At = default }).Should().Equal(
            new PingConnection(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 0, TimeSpan.Zero),
            new PingConnection(ConnectionEventKind.Connected, Peer, "", 1, 2 * Second));
        events.OfType<PingRound>().Where(round => round.Outcome == SumOutcome.TimedOut).Select(round => round.Reason)
            .Should().Equal("connection refused", "connection refused");
        probe.Summary.RecentOutages.Should().Equal(new PingOutage(TimeSpan.Zero, "connection refused", 2 * Second, 2));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Counts_what_should_be_there_as_lost_when_stopped_and_finds_the_outage()
    {
        ScriptedClient client = Unanswering();
        PingProbe probe = new(client, new PingOptions { Workers = 5, Overlap = true }, Clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 1));
        await Clock.AdvanceWhenAwaitedAsync(Second);
        await Clock.AdvanceWhenAwaitedAsync(1.5 * Second);
        await TestTimeout.UntilAsync(() => _pending.Count == 15, "three rounds are sent");
        await stop.CancelAsync();
        await run;

        PingSummary summary = probe.Summary;
        (summary.Sent, summary.UnderWay, summary.Lost, summary.Missing).Should().Be((15, 5, 10, 10));
        summary.RecentOutages.Should().Equal(new PingOutage(TimeSpan.Zero, "connection refused", null, 10));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Counts_losses_among_answers_as_losses_when_stopped_before_they_time_out()
    {
        PingProbe probe = new(Unanswering(), new PingOptions { Workers = 2, Overlap = true }, Clock);
        using CancellationTokenSource stop = new();

        Task<List<PingEvent>> run = CollectAsync(probe, stop.Token);
        for (int round = 0; round < 4; round++)
        {
            await TestTimeout.UntilAsync(() => _pending.Count == 2 * round + 2, "a round is sent");
            await AnswerAsync(probe, 2 * round);
            await Clock.AdvanceWhenAwaitedAsync(Second);
        }

        await TestTimeout.UntilAsync(() => _pending.Count == 10, "the last round is sent");
        await stop.CancelAsync();
        await run;

        PingSummary summary = probe.Summary;
        (summary.Sent, summary.Answered, summary.Lost, summary.UnderWay, summary.Outages).Should().Be((10, 4, 3, 3, 0));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Waits_with_new_rounds_for_a_reader_that_stalls()
    {
        ScriptedClient client = Play((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingProbe probe = new(client, new PingOptions { Workers = 1_000, Overlap = true }, Clock);
        IAsyncEnumerator<PingEvent> reader = probe.RunAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);

        await reader.MoveNextAsync();
        await Clock.AdvanceWhenAwaitedAsync(Second);
        await TestTimeout.UntilAsync(() => client.Calls == 2_000, "there was room when the second round began");
        await Clock.AdvanceWhenAwaitedAsync(Second);

        client.Calls.Should().Be(2_000, "there is none for the third");
        await reader.DisposeAsync();
    }

    private ScriptedClient Unanswering() => Play((_, _, given) =>
    {
        TaskCompletionSource<SumResult> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending.Add(answer);
        return new ValueTask<SumResult>(answer.Task.WaitAsync(given));
    });

    private void Answer(int index) => _pending[index].SetResult(new SumResult(SumOutcome.Sum, 11));

    /// <summary>Answers and waits until the probe has taken that in, so that the clock stands still meanwhile.</summary>
    private Task AnswerAsync(PingProbe probe, int index)
    {
        long answered = probe.Summary.Answered;
        Answer(index);
        return TestTimeout.UntilAsync(() => probe.Summary.Answered > answered, "the answer was taken in");
    }
}
