namespace SumSocket.Measurement.Bench;

/// <summary>Compares a bench with a threshold.</summary>
internal static class BenchThreshold
{
    public static ThresholdResult Evaluate(
        this Threshold threshold, Histogram times, BenchCounts counts, double throughput, long outages, long? connections) =>
        threshold.Compare(threshold.Figure switch
        {
            ThresholdMetric.Throughput => throughput,
            ThresholdMetric.Errors => counts.Planned == 0 ? null : counts.Failed,
            ThresholdMetric.ErrorPercent => counts.Planned == 0 ? null : counts.FailedPercent,
            ThresholdMetric.Outages => outages,
            ThresholdMetric.Connections => connections,
            _ => threshold.Of(times),
        });
}
