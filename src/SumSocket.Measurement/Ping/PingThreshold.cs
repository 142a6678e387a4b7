namespace SumSocket.Measurement.Ping;

/// <summary>Compares a ping with a threshold.</summary>
internal static class PingThreshold
{
    /// <param name="threshold">The threshold.</param>
    /// <param name="summary">What the ping has counted.</param>
    /// <param name="times">The times to a right sum, from when its round was due: a round that had to wait for a standing server was as
    /// slow for its user as one that was sent to it.</param>
    public static ThresholdResult Evaluate(this Threshold threshold, PingSummary summary, ITimes times)
    {
        bool isKnown = summary.Ended > 0 || summary.Connections == 0;
        return threshold.Compare(threshold.Figure switch
        {
            ThresholdMetric.Lost => summary.Lost + summary.NotSent,
            ThresholdMetric.LostPercent => isKnown ? summary.LossPercent : null,
            ThresholdMetric.Errors => summary.Missing,
            ThresholdMetric.ErrorPercent => summary.Ended > 0 ? 100.0 * summary.Missing / summary.Ended : isKnown ? 100 : null,
            ThresholdMetric.Outages => summary.Outages,
            ThresholdMetric.Availability => summary.AvailabilityPercent,
            _ => threshold.Of(times),
        });
    }
}
