using FluentAssertions;
using SumSocket.Measurement;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class BenchThresholdTests
{
    private static readonly BenchCounts _counts = new() { Ok = 96, TimedOut = 3, Refused = 1, Sent = 99 };

    [Theory]
    [InlineData(BenchFigure.Percentile, 50, "<", 0.0011, true)]
    [InlineData(BenchFigure.Percentile, 50, "<", 0.0005, false)]
    [InlineData(BenchFigure.Percentile, 99.9, "<", 60, false)] // 100 samples say nothing of it, and what cannot be shown was not kept
    [InlineData(BenchFigure.Min, 0, ">=", 0.001, true)]
    [InlineData(BenchFigure.Max, 0, "<", 0.002, false)]
    [InlineData(BenchFigure.Max, 0, "<=", 0.002, true)]
    [InlineData(BenchFigure.Mean, 0, "<", 0.0011, true)]
    [InlineData(BenchFigure.Throughput, 0, ">", 500, false)]
    [InlineData(BenchFigure.Throughput, 0, ">=", 500, true)]
    [InlineData(BenchFigure.Errors, 0, "<", 4, false)]
    [InlineData(BenchFigure.Errors, 0, "<=", 4, true)]
    [InlineData(BenchFigure.ErrorPercent, 0, "<", 4.001, true)]
    [InlineData(BenchFigure.Outages, 0, "<", 2, false)]
    public void Is_kept_or_missed(BenchFigure figure, double percent, string comparison, double limit, bool isMet)
    {
        Histogram times = new();
        for (int i = 0; i < 100; i++)
            times.Record(TimeSpan.FromMilliseconds(i < 99 ? 1 : 2));

        new BenchThreshold("as written", figure, percent, comparison, limit)
            .Judge(TimeFigures.Of(times, []), times, _counts, throughput: 500, outages: 2).IsMet.Should().Be(isMet);
    }
}
