using System.Globalization;
using SumSocket.Measurement.Bench;

namespace SumSocket.Commands.Reports.Reading;

/// <summary>Reads thresholds and how they were met.</summary>
internal static class ThresholdReader
{
    /// <summary>Reads one.</summary>
    public static ThresholdResult Read(JsonField at)
    {
        string text = at["threshold"].Text();
        string unit = at["unit"].Text();
        int end = text.AsSpan().IndexOfAny("<>= ");
        string figure = end < 0 ? text : text[..end];
        BenchFigure what = (unit, figure) switch
        {
            ("per_s", _) => BenchFigure.Throughput,
            ("percent", _) => BenchFigure.ErrorPercent,
            ("count", "outages") => BenchFigure.Outages,
            ("count", _) => BenchFigure.Errors,
            ("us", "min") => BenchFigure.Min,
            ("us", "mean") => BenchFigure.Mean,
            ("us", "max") => BenchFigure.Max,
            ("us", _) => BenchFigure.Percentile,
            _ => throw at["unit"].Wrong("is no unit of a threshold"),
        };
        _ = double.TryParse(figure.TrimStart('p'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent);
        double factor = unit == "us" ? 1e-6 : 1;
        BenchThreshold threshold = new(
            text, what, what == BenchFigure.Percentile ? percent : 0, ComparisonIn(text), at["limit"].Number(min: double.MinValue) * factor);
        double? actual = at["actual"].IsNull ? null : at["actual"].Number(min: double.MinValue) * factor;
        return new ThresholdResult(threshold, actual, at["met"].Flag());
    }

    private static string ComparisonIn(string text)
    {
        int at = text.AsSpan().IndexOfAny('<', '>');
        return at < 0 ? "" : text.AsSpan(at + 1).StartsWith("=") ? text.Substring(at, 2) : text.Substring(at, 1);
    }
}
