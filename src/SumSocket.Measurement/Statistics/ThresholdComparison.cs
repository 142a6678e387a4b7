namespace SumSocket.Measurement.Statistics;

/// <summary>How a figure must compare to the limit of a threshold.</summary>
internal static class ThresholdComparison
{
    /// <summary>Whether it does; never without a figure.</summary>
    public static bool Holds(double? actual, string comparison, double limit) => comparison switch // a comparison with null is false
    {
        "<" => actual < limit,
        "<=" => actual <= limit,
        ">" => actual > limit,
        _ => actual >= limit,
    };
}
