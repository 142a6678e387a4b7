namespace SumSocket.Measurement.Statistics;

/// <summary>A percentile and its value.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Value">What so many percent do not exceed; null when there are too few samples to say.</param>
public readonly record struct PercentileValue(double Percent, TimeSpan? Value);
