using FluentAssertions;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class BenchStartTests : BenchRunTest
{
    private static readonly DateTimeOffset _start = ManualTimeProvider.Start + TimeSpan.FromSeconds(20);

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task It_connects_ten_seconds_ahead_and_sends_the_first_request_at_the_start()
    {
        List<double> dialled = [], asked = [];
        BenchDouble client = new(Time, (a, b) =>
        {
            asked.Add(Time.GetUtcNow().Subtract(ManualTimeProvider.Start).TotalSeconds);
            return BenchDouble.Right(a, b);
        })
        {
            Dial = _ =>
            {
                dialled.Add(Time.GetUtcNow().Subtract(ManualTimeProvider.Start).TotalSeconds);
                return Task.CompletedTask;
            },
        };
        BenchOptions options = One with { StartAt = _start, Rate = 10, Warmup = S(1), Duration = S(1), KeepsHistograms = true };

        BenchResult result = await RunAsync(options, client, keepTicking: true);

        dialled.Distinct().Should().Equal(10);
        asked[0].Should().Be(20);
        result.StartedAt.Should().Be(_start + S(1));
        result.Totals.Ok.Should().Be(10);
        result.Series.Should().AllSatisfy(one => one.Histogram.Should().NotBeNull());
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(5, "stopped before the server was reached")]
    [InlineData(15, null)]
    public async Task It_can_be_ended_while_it_waits(int after, string? failure)
    {
        using CancellationTokenSource stop = new();
        using BenchRun run = new(Subject(new BenchDouble(Time)), One with { StartAt = _start }, Time);
        Task<int> reading = CountAsync(run, stop.Token);
        await PassAsync([.. Enumerable.Repeat(1.0, after)]);

        await stop.CancelAsync();

        (await reading).Should().Be(0);
        run.Failure.Should().Be(failure);
        (run.Result!.End, run.Result.Totals.Planned).Should().Be((BenchEnd.Interrupted, 0));
    }
}
