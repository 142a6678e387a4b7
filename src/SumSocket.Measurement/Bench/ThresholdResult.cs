namespace SumSocket.Measurement.Bench;

/// <summary>How a result stands to a threshold.</summary>
/// <param name="Threshold">The threshold.</param>
/// <param name="Actual">The figure, in its unit; null when there are too few samples to say.</param>
/// <param name="IsMet">Whether it was kept.</param>
public sealed record ThresholdResult(BenchThreshold Threshold, double? Actual, bool IsMet);
