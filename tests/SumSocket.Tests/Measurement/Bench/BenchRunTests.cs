using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Bench;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class BenchRunTests : BenchRunTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Measures_what_is_sent_after_the_warm_up()
    {
        int calls = 0;
        BenchResult result = await RunAsync(One, (a, b) =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(calls++ < 1_000 ? 1 : 2));
            return BenchDouble.Right(a, b);
        });

        result.Warmup.Ok.Should().Be(1_001, "one was checked when it connected");
        result.Totals.Should().BeEquivalentTo(new BenchCounts { Ok = 5_000, Sent = 5_000 });
        result.Throughput.Should().Be(500);
        (result.Uncorrected.Count, result.Uncorrected.Min, result.Uncorrected.Max, result.Corrected, result.Lag)
            .Should().Be((5_000, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(2), null, null));
        (result.End, result.Duration).Should().Be((BenchEnd.Complete, TimeSpan.FromSeconds(10)));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_as_many_as_the_options_say()
    {
        BenchResult result = await RunAsync(One with { Requests = 123, Warmup = TimeSpan.Zero }, (a, b) =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(1));
            return BenchDouble.Right(a, b);
        });

        (result.Totals.Ok, result.Duration, result.Throughput).Should().Be((123, TimeSpan.FromMilliseconds(123), 1_000));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Counts_every_request_in_exactly_one_class()
    {
        BenchDouble? client = null;
        int calls = 0;
        client = new BenchDouble(Time, (a, b) =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(10));
            switch (calls++ % 9)
            {
                case 0: return new(new SumResult(SumOutcome.WrongAnswer, 5));
                case 1: return new(new SumResult(SumOutcome.Sum, a + b + 1)); // a client that did not look
                case 2: return new(new SumResult(SumOutcome.ServerError, Error: ErrorCode.Busy));
                case 3: return new(new SumResult(SumOutcome.TimedOut));
                case 4: return Lost(ConnectionEventKind.ConnectFailed, "connection refused", ConnectionCause.Refused, SumOutcome.NotSent);
                case 5: return Lost(ConnectionEventKind.ConnectFailed, "host unreachable", ConnectionCause.Unreachable, SumOutcome.NotSent);
                case 6: return Lost(ConnectionEventKind.Lost, "connection reset by peer", ConnectionCause.Reset, SumOutcome.OutcomeUnknown);
                case 7:
                    return Lost(
                    ConnectionEventKind.Lost, "connection closed by peer", ConnectionCause.EndOfStream, SumOutcome.OutcomeUnknown);
                default: return BenchDouble.Right(a, b);
            }
        });
        BenchOptions options = One with { Rate = 100, Requests = 90, Warmup = TimeSpan.Zero };
        BenchResult result = await RunAsync(options, client, keepTicking: true);

        result.Totals.Should().BeEquivalentTo(new BenchCounts
        {
            Ok = 10,
            Wrong = 20,
            Error = 10,
            TimedOut = 10,
            Refused = 10,
            NotSent = 10,
            Reset = 10,
            EndOfStream = 10,
            Sent = 70,
            Late = result.Totals.Late,
        });
        result.Totals.Planned.Should().Be(90);
        (result.Uncorrected.Count, result.Corrected!.Count).Should().Be((70, 90), "those not sent have waited for that, 10 ms and more");
        (result.ConnectionsLost, result.ConnectsFailed).Should().Be((20, 20));
        result.OutageCount.Should().BePositive();

        ValueTask<SumResult> Lost(ConnectionEventKind kind, string reason, ConnectionCause cause, SumOutcome outcome)
        {
            client!.Raise(new ConnectionEvent(kind, null, reason, Cause: cause));
            return new(new SumResult(outcome));
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_has_no_answer_when_it_gives_up_is_unanswered()
    {
        BenchDouble client = new(Time);
        BenchOptions options = One with { Pipeline = 3, Warmup = TimeSpan.Zero, Duration = TimeSpan.FromSeconds(1) };
        Task<BenchResult> run = RunAsync(options, client);

        await Time.UntilTimerIsSetAsync(TimeSpan.FromSeconds(1));
        Time.Advance(TimeSpan.FromSeconds(1));
        await Time.UntilTimerIsSetAsync(TimeSpan.FromSeconds(31)); // the time-out and a second for it to be reported
        Time.Advance(TimeSpan.FromSeconds(31));

        BenchResult result = await run;
        result.Totals.Should().BeEquivalentTo(new BenchCounts { Unanswered = 3, Sent = 3 });
        result.Uncorrected.Min.Should().Be(TimeSpan.FromSeconds(32));
        (result.Duration, result.Series[^1].End).Should().Be((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(32)));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_interruption_ends_the_measured_time_and_waits_two_seconds_at_most()
    {
        BenchDouble client = new(Time);
        using CancellationTokenSource stop = new();
        Task<BenchResult> run = RunAsync(One with { Warmup = TimeSpan.Zero }, client, stop: stop.Token);

        await Time.UntilTimerIsSetAsync(TimeSpan.FromSeconds(1));
        Time.Advance(TimeSpan.FromSeconds(0.4));
        await stop.CancelAsync();
        await Time.UntilTimerIsSetAsync(TimeSpan.FromSeconds(2));
        Time.Advance(TimeSpan.FromSeconds(2));

        BenchResult result = await run;
        (result.End, result.Duration, result.Totals.Unanswered).Should().Be((BenchEnd.Interrupted, TimeSpan.FromSeconds(0.4), 1));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_interruption_while_the_last_answers_are_waited_for_ends_that_wait_two_seconds_later()
    {
        BenchDouble client = new(Time);
        using CancellationTokenSource stop = new();
        BenchOptions options = One with { Pipeline = 3, Warmup = TimeSpan.Zero, Duration = S(1) };
        Task<BenchResult> run = RunAsync(options, client, stop: stop.Token);

        await PassAsync(1);
        await Time.UntilTimerIsSetAsync(S(31)); // the time-out and a second for it to be reported
        await stop.CancelAsync();
        await PassAsync(2);

        BenchResult result = await run;
        (result.Duration, result.Totals.Unanswered).Should().Be((S(1), 3));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task On_schedule_it_measures_for_as_long_as_planned_and_not_until_the_last_answer()
    {
        BenchOptions options = One with { Rate = 1, Warmup = TimeSpan.Zero, Duration = S(3) };
        BenchResult result = await RunAsync(options, new BenchDouble(Time, BenchDouble.Right), keepTicking: true);

        (result.Totals.Ok, result.Duration, result.Throughput).Should().Be((3, S(3), 1));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task It_reports_where_it_stands()
    {
        using BenchRun run = new(Subject(new BenchDouble(Time)), One with { Duration = S(2), Interval = S(2) }, Time);
        run.Progress.Should().Be(new BenchProgress(BenchPhase.Connecting, TimeSpan.Zero, null));
        Task<int> reading = CountAsync(run, default);

        await Time.UntilTimerIsSetAsync(S(1));
        Time.Advance(S(0.25));
        run.Progress.Should().Be(new BenchProgress(BenchPhase.WarmingUp, S(0.25), S(1)));
        Time.Advance(S(0.75));
        await Time.UntilTimerIsSetAsync(S(2));
        Time.Advance(S(0.5));
        run.Progress.Should().Be(new BenchProgress(BenchPhase.Measuring, S(0.5), S(2)));
        Time.Advance(S(1.5));
        await Time.UntilTimerIsSetAsync(S(31));
        run.Progress.Should().Be(new BenchProgress(BenchPhase.Ending, S(2), null));
        Time.Advance(S(31));
        await reading;
        run.Progress.Should().Be(new BenchProgress(BenchPhase.Ending, S(2), null));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task No_server_there_is_reported_in_one_line()
    {
        BenchDouble client = new(Time) { Refusal = new SumConnectException("cannot connect to h:1: connection refused") };
        using BenchRun run = new(Subject(client), One, Time);
        await foreach (BenchInterval _ in run.RunAsync())
            Assert.Fail("There is nothing to report.");

        run.Failure.Should().Be("cannot connect to h:1: connection refused");
        (run.Result!.End, run.Result.Totals.Planned, run.Result.ConnectionsMade).Should().Be((BenchEnd.Unreachable, 0, 0));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Where_nothing_can_be_sent_it_waits_for_the_next_attempt()
    {
        int calls = 0;
        BenchDouble? client = null;
        client = new BenchDouble(Time, (a, b) =>
        {
            calls++;
            client!.Raise(new ConnectionEvent(
                ConnectionEventKind.ConnectFailed, null, "connection refused", 1, TimeSpan.FromSeconds(3), ConnectionCause.Refused));
            return new(new SumResult(SumOutcome.NotSent));
        });
        Task<BenchResult> run = RunAsync(One with { Warmup = TimeSpan.Zero, Interval = TimeSpan.FromSeconds(10) }, client);
        for (int i = 0; i < 3; i++)
        {
            await Time.UntilTimerIsSetAsync(TimeSpan.FromSeconds(3));
            Time.Advance(TimeSpan.FromSeconds(3));
        }

        await Time.UntilTimerIsSetAsync(TimeSpan.FromSeconds(3));
        Time.Advance(TimeSpan.FromSeconds(1));

        BenchResult result = await run;
        (calls, result.Totals.Refused, result.Totals.Sent).Should().Be((4, 4, 0));
        result.Outages.Should().ContainSingle().Which.Should()
            .Be(new BenchOutage(S(0), "connection refused", null, null, Connections: 1, Lost: 4));
    }
}
