using FluentAssertions;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class BenchThresholdTests
{
    private static readonly BenchCounts _counts = new() { Ok = 96, TimedOut = 3, Refused = 1, Sent = 99 };

    [Theory]
    [InlineData(ThresholdMetric.Percentile, 50, "<", 0.0011, true)]
    [InlineData(ThresholdMetric.Percentile, 50, "<", 0.0005, false)]
    [InlineData(ThresholdMetric.Percentile, 99.9, "<", 60, false)] // 100 samples say nothing of it, and what cannot be shown was not kept
    [InlineData(ThresholdMetric.Min, 0, ">=", 0.001, true)]
    [InlineData(ThresholdMetric.Max, 0, "<", 0.002, false)]
    [InlineData(ThresholdMetric.Max, 0, "<=", 0.002, true)]
    [InlineData(ThresholdMetric.Mean, 0, "<", 0.0011, true)]
    [InlineData(ThresholdMetric.Throughput, 0, ">", 500, false)]
    [InlineData(ThresholdMetric.Throughput, 0, ">=", 500, true)]
    [InlineData(ThresholdMetric.Errors, 0, "<", 4, false)]
    [InlineData(ThresholdMetric.Errors, 0, "<=", 4, true)]
    [InlineData(ThresholdMetric.ErrorPercent, 0, "<", 4.001, true)]
    [InlineData(ThresholdMetric.Outages, 0, "<", 2, false)]
    [InlineData(ThresholdMetric.Connections, 0, ">=", 20, true)]
    [InlineData(ThresholdMetric.Connections, 0, ">=", 21, false)]
    public void Is_kept_or_missed(ThresholdMetric figure, double percent, string comparison, double limit, bool isMet)
    {
        Histogram times = new();
        for (int i = 0; i < 100; i++)
            times.Record(TimeSpan.FromMilliseconds(i < 99 ? 1 : 2));

        new Threshold("as written", figure, percent, comparison, limit)
            .Evaluate(times, _counts, throughput: 500, outages: 2, connections: 20).IsMet.Should().Be(isMet);
    }

    [Theory]
    [InlineData(ThresholdMetric.Errors)]
    [InlineData(ThresholdMetric.ErrorPercent)]
    public void No_errors_are_not_few_where_nothing_was_measured(ThresholdMetric figure) => new Threshold("as written", figure, 0, "<", 10)
        .Evaluate(new Histogram(), new BenchCounts(), throughput: 0, outages: 0, connections: null)
        .Should().Match<ThresholdResult>(result => result.Actual == null && !result.IsMet);
}
