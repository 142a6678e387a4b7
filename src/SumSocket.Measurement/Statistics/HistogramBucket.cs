namespace SumSocket.Measurement.Statistics;

/// <summary>How many durations lie in a range.</summary>
/// <param name="From">The shortest of the range.</param>
/// <param name="To">The first beyond it.</param>
/// <param name="Count">How many.</param>
public readonly record struct HistogramBucket(TimeSpan From, TimeSpan To, long Count);
