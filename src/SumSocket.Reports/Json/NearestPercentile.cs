namespace SumSocket.Reports.Json;

/// <summary>Which of the percentiles that were asked for stands for another.</summary>
internal static class NearestPercentile
{
    /// <summary>The nearest of them; null when none was asked for.</summary>
    public static double? To(double percent, IReadOnlyList<double> asked) => asked.Count == 0 ? null : asked.MinBy(one => Math.Abs(one - percent));
}
