using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

/// <summary>How a run is cut into intervals.</summary>
public class BenchSeriesTests : BenchRunTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_intervals_together_are_the_totals()
    {
        BenchDouble client = new(Time);
        BenchOptions options = One with { Warmup = TimeSpan.Zero, Duration = TimeSpan.FromSeconds(2) };
        Task<BenchResult> run = RunAsync(options, client);

        await Time.UntilTimerIsSetAsync(TimeSpan.FromSeconds(1));
        Time.Advance(TimeSpan.FromSeconds(0.5));
        client.UnderWay[0].SetResult(new SumResult(SumOutcome.ServerError));
        Time.Advance(TimeSpan.FromSeconds(0.5));
        await PassAsync(0.1, 0.9);
        await Time.UntilTimerIsSetAsync(TimeSpan.FromSeconds(31));
        Time.Advance(TimeSpan.FromSeconds(0.1));
        client.UnderWay[1].SetResult(new SumResult(SumOutcome.TimedOut));

        BenchResult result = await run;
        result.Series.Select(interval => (interval.Start, interval.End, interval.Counts.Error, interval.Counts.TimedOut)).Should().Equal(
            (S(0), S(1), 1, 0), (S(1), S(2), 0, 0), (S(2), S(2.1), 0, 1));
        result.Totals.Planned.Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_remainder_shorter_than_a_tenth_belongs_to_the_interval_before()
    {
        BenchDouble client = new(Time);
        Task<BenchResult> run = RunAsync(One with { Warmup = TimeSpan.Zero, Duration = S(2.05) }, client);

        await PassAsync(1, 0.1, 0.9);
        client.UnderWay[0].SetResult(new SumResult(SumOutcome.ServerError));
        await PassAsync(0.05);
        await Time.UntilTimerIsSetAsync(S(31));
        Time.Advance(S(0.003));
        client.UnderWay[1].SetResult(new SumResult(SumOutcome.TimedOut));

        BenchResult result = await run;
        result.Series
            .Select(interval => (interval.Start, interval.End, interval.Counts.Error, interval.Counts.TimedOut, interval.Count))
            .Should().Equal(
            (S(0), S(1), 0, 0, 0), (S(1), S(2.053), 1, 1, 2));
        result.Duration.Should().Be(S(2.05));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_interval_that_ends_late_is_followed_by_no_shorter_one_than_a_tenth()
    {
        Task<BenchResult> run = RunAsync(One with { Warmup = TimeSpan.Zero, Duration = S(3) }, new BenchDouble(Time));

        await Time.UntilTimerIsSetAsync(S(1));
        Time.Suspend(S(1.95));
        Time.Advance(TimeSpan.Zero);
        await PassAsync(0.1, 0.95);
        await PassAsync(31);

        (await run).Series.Select(interval => (interval.Start, interval.End)).Should()
            .Equal((S(0), S(1.95)), (S(1.95), S(3)), (S(3), S(34)));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_reader_that_is_slow_to_take_an_interval_makes_the_measured_time_no_longer()
    {
        using CancellationTokenSource stop = new();
        using BenchRun run = new(Subject(new BenchDouble(Time)), One with { Warmup = TimeSpan.Zero, Requests = 3 }, Time);
        Task read = ReadSlowlyAsync();
        await PassAsync(1, 0.1);
        await Time.UntilTimerIsSetAsync(S(2));
        Time.Advance(S(2));

        await read;
        run.Result!.Duration.Should().Be(S(1.1));
        run.Result.Series.Select(interval => (interval.Start, interval.End)).Should().Equal(
            (S(0), S(1)), (S(1), S(51.1)), (S(51.1), S(53.1))); // what came in those 50 s cannot be separated any more

        async Task ReadSlowlyAsync()
        {
            bool isFirst = true;
            await foreach (BenchInterval _ in run.RunAsync(stop.Token))
            {
                if (isFirst)
                {
                    await stop.CancelAsync();
                    Time.Advance(S(50));
                }

                isFirst = false;
            }
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_run_whose_last_interval_is_not_taken_is_complete_all_the_same()
    {
        using CancellationTokenSource stop = new();
        using BenchRun run = new(
            Subject(new BenchDouble(Time, BenchDouble.Right)), One with { Warmup = TimeSpan.Zero, Requests = 3 }, Time);
        await foreach (BenchInterval _ in run.RunAsync(stop.Token))
        {
            await stop.CancelAsync();
            break;
        }

        (run.Result!.End, run.Result.Totals.Ok).Should().Be((BenchEnd.Complete, 3));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Timers_that_fire_early_or_a_warm_up_that_ends_late_cut_nothing_short()
    {
        BenchDouble client = new(Time);
        using BenchRun run = new(Subject(client), One with { Warmup = S(1), Duration = S(2) }, new HastyTimeProvider(Time, S(0.002)));
        Task<int> reading = CountAsync(run, default);

        await PassAsync(0.998);
        await Time.UntilTimerIsSetAsync(S(0.002)); // the warm-up is not over yet
        Time.Suspend(S(0.006));
        Time.Advance(TimeSpan.Zero);
        await PassAsync(0.994, 0.002, 0.098);
        await Time.UntilTimerIsSetAsync(S(0.002));
        Time.Suspend(S(3));
        Time.Advance(TimeSpan.Zero);
        client.UnderWay[0].SetResult(new SumResult(SumOutcome.Sum, 0));

        await reading;
        (run.Result!.Series[0].Start, run.Result.Series[0].End).Should().Be((S(0), S(1)));
    }
}
