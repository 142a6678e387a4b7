namespace SumSocket.Measurement.Bench;

/// <summary>What a result must not fall short of.</summary>
/// <param name="Text">How the user wrote it: <c>p99&lt;10ms</c>.</param>
/// <param name="Figure">What is looked at.</param>
/// <param name="Percent">Which percentile, with <see cref="ThresholdMetric.Percentile"/>.</param>
/// <param name="Comparison">How it must stand to the limit: <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</param>
/// <param name="Limit">The limit, in the unit of the figure.</param>
public sealed record BenchThreshold(string Text, ThresholdMetric Figure, double Percent, string Comparison, double Limit)
{
    /// <summary>Whether it looks at a time.</summary>
    public bool IsTime => Figure is ThresholdMetric.Percentile or ThresholdMetric.Min or ThresholdMetric.Mean or ThresholdMetric.Max;

    /// <summary>Holds a result against it. A figure that the samples do not support misses: what cannot be shown was not kept.</summary>
    internal ThresholdResult Evaluate(LatencySummary times, Histogram all, BenchCounts counts, double throughput, long outages)
    {
        double? actual = Figure switch
        {
            ThresholdMetric.Percentile => all.Percentile(Percent)?.TotalSeconds,
            ThresholdMetric.Min => times.Min?.TotalSeconds,
            ThresholdMetric.Mean => times.Mean?.TotalSeconds,
            ThresholdMetric.Max => times.Max?.TotalSeconds,
            ThresholdMetric.Throughput => throughput,
            ThresholdMetric.Errors => counts.Failed,
            ThresholdMetric.ErrorPercent => counts.Planned == 0 ? null : counts.FailedPercent,
            _ => outages,
        };
        bool isMet = (actual, Comparison) switch
        {
            (null, _) => false,
            ({ } value, "<") => value < Limit,
            ({ } value, "<=") => value <= Limit,
            ({ } value, ">") => value > Limit,
            ({ } value, _) => value >= Limit,
        };
        return new ThresholdResult(this, actual, isMet);
    }
}
