using System.Globalization;
using SumSocket.Cli.Terminal;
using SumSocket.Measurement.Statistics;

namespace SumSocket.Reports.Reading;

/// <summary>Reads the figures of times.</summary>
internal static class TimesReader
{
    /// <summary>Reads them; null where there are none.</summary>
    public static LatencySummary? Read(JsonField at) => at.IsNull ? null : new LatencySummary
    {
        Count = at["count"].Count(),
        Min = at["min_us"].MicrosecondsOrNone(),
        Mean = at["mean_us"].MicrosecondsOrNone(),
        StandardDeviation = at["stddev_us"].MicrosecondsOrNone(),
        Max = at["max_us"].MicrosecondsOrNone(),
        Percentiles = ReadPercentiles(at["percentiles"]),
        Curve = at["curve"].Each(point => new PercentileValue(point["percent"].Number(0, 100), point["value_us"].Microseconds())),
        Buckets = at["buckets"].Each(
            bucket => new HistogramBucket(bucket["from_us"].Microseconds(), bucket["to_us"].Microseconds(), bucket["count"].Count(1))),
    };

    /// <summary>Reads percentiles, whose names hold what they are: <c>p99.9_us</c>.</summary>
    public static IReadOnlyList<PercentileValue> ReadPercentiles(JsonField at) => at.EachMember((name, value) =>
        name.StartsWith('p') && name.EndsWith("_us", StringComparison.Ordinal)
        && double.TryParse(name.AsSpan(1, name.Length - 4), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
        && percent is >= 0 and <= 100
            ? new PercentileValue(percent, value.MicrosecondsOrNone())
            : throw at.Wrong($"'{Printable.Text(name)}' is no percentile"));
}
