namespace SumSocket.Measurement.Statistics;

/// <summary>A limit that a result must keep.</summary>
/// <param name="Text">How the user wrote it: <c>p99&lt;10ms</c>.</param>
/// <param name="Figure">Which figure it limits.</param>
/// <param name="Percent">Which percentile, with <see cref="ThresholdMetric.Percentile"/>.</param>
/// <param name="Comparison">How the figure must compare to the limit: <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</param>
/// <param name="Limit">The limit, in the unit of the figure.</param>
internal sealed record Threshold(string Text, ThresholdMetric Figure, double Percent, string Comparison, double Limit)
{
    /// <summary>Whether the figure is a time.</summary>
    public bool IsTime => Figure is ThresholdMetric.Percentile or ThresholdMetric.Min or ThresholdMetric.Mean or ThresholdMetric.Max;

    /// <summary>Whether the figure is a share in percent.</summary>
    public bool IsPercent => Figure is ThresholdMetric.ErrorPercent or ThresholdMetric.LostPercent or ThresholdMetric.Availability;

    /// <summary>How many samples the figure takes.</summary>
    public long SamplesNeeded => Figure == ThresholdMetric.Percentile ? Histogram.SamplesFor(Percent) : 1;

    /// <summary>The figure, where it is one of times; null where it is another, or there are too few samples for it.</summary>
    public double? Of(ITimes times) => Figure switch
    {
        ThresholdMetric.Percentile => times.Percentile(Percent)?.TotalSeconds,
        ThresholdMetric.Min => times.Min?.TotalSeconds,
        ThresholdMetric.Mean => times.Mean?.TotalSeconds,
        ThresholdMetric.Max => times.Max?.TotalSeconds,
        _ => null,
    };

    /// <summary>Compares a figure with it. One that is not known misses: what cannot be shown was not kept.</summary>
    public ThresholdResult Compare(double? actual) => new(this, actual, ThresholdComparison.Holds(actual, Comparison, Limit));
}

/// <summary>The figure that a <see cref="Threshold"/> limits.</summary>
public enum ThresholdMetric
{
#pragma warning disable CS1591 // their meaning is beside them
    Percentile,   // of the times, in seconds; of a bench on schedule from when a request was due
    Min,          // the shortest time, in seconds
    Mean,         // the mean time, in seconds
    Max,          // the longest time, in seconds
    Throughput,   // right sums a second
    Errors,       // requests without the right sum
    ErrorPercent, // the same in percent of those planned
    Outages,
    Connections,  // on which a right sum came
    Lost,         // requests without any answer, sent or not
    LostPercent,  // the same in percent
    Availability, // the share of the time without an outage, in percent
#pragma warning restore CS1591
}

/// <summary>How a result compares to a threshold.</summary>
/// <param name="Threshold">The threshold.</param>
/// <param name="Actual">The figure, in its unit; null when there are too few samples to say.</param>
/// <param name="IsMet">Whether it was kept.</param>
internal sealed record ThresholdResult(Threshold Threshold, double? Actual, bool IsMet);
