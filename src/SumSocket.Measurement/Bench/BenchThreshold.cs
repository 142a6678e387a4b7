namespace SumSocket.Measurement.Bench;

/// <summary>A limit that a result must keep.</summary>
/// <param name="Text">How the user wrote it: <c>p99&lt;10ms</c>.</param>
/// <param name="Figure">Which figure it limits.</param>
/// <param name="Percent">Which percentile, with <see cref="ThresholdMetric.Percentile"/>.</param>
/// <param name="Comparison">How the figure must compare to the limit: <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</param>
/// <param name="Limit">The limit, in the unit of the figure.</param>
internal sealed record BenchThreshold(string Text, ThresholdMetric Figure, double Percent, string Comparison, double Limit)
{
    /// <summary>Whether the figure is a time.</summary>
    public bool IsTime => Figure is ThresholdMetric.Percentile or ThresholdMetric.Min or ThresholdMetric.Mean or ThresholdMetric.Max;

    /// <summary>Compares a result with it. A figure that has too few samples misses: what cannot be shown was not kept.</summary>
    public ThresholdResult Evaluate(
        LatencySummary times, Histogram all, BenchCounts counts, double throughput, long outages, long? connections)
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
            ThresholdMetric.Connections => connections,
            _ => outages,
        };
        return new ThresholdResult(this, actual, ThresholdComparison.Holds(actual, Comparison, Limit));
    }
}

/// <summary>The figure that a <see cref="BenchThreshold"/> limits.</summary>
public enum ThresholdMetric
{
#pragma warning disable CS1591 // their meaning is beside them
    Percentile,   // of the times, in seconds; on schedule from when a request was due
    Min,          // the shortest time, in seconds
    Mean,         // the mean time, in seconds
    Max,          // the longest time, in seconds
    Throughput,   // right sums a second
    Errors,       // requests without the right sum
    ErrorPercent, // the same in percent of those planned
    Outages,
    Connections,  // on which a right sum came
#pragma warning restore CS1591
}

/// <summary>How a result compares to a threshold.</summary>
/// <param name="Threshold">The threshold.</param>
/// <param name="Actual">The figure, in its unit; null when there are too few samples to say.</param>
/// <param name="IsMet">Whether it was kept.</param>
internal sealed record ThresholdResult(BenchThreshold Threshold, double? Actual, bool IsMet);
