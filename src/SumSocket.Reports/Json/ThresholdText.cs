using SumSocket.Cli.Options;

namespace SumSocket.Reports.Json;

/// <summary>Reads thresholds such as <c>p99&lt;10ms</c>.</summary>
internal static class ThresholdText
{
    /// <summary>The forms of a threshold of a bench, for messages.</summary>
    public const string Bench =
        "p99<10ms, p99.9<=500us, mean<1ms, min, max, errors<0.1%, errors<10, throughput>50k, outages<1 or connections>=20k";

    /// <summary>The same of a ping.</summary>
    public const string Ping =
        "p99<50ms, mean<1ms, min, max, lost<1%, lost<10, errors<1%, errors<10, outages<1 or availability>99.9%";

    private static readonly (string Name, double Seconds)[] _units = [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60)];

    public static bool TryParseBench(string text, out Threshold threshold) => TryParse(text, out threshold)
        && threshold.Figure is not (ThresholdMetric.Lost or ThresholdMetric.LostPercent or ThresholdMetric.Availability);

    public static bool TryParsePing(string text, out Threshold threshold) => TryParse(text, out threshold)
        && threshold.Figure is not (ThresholdMetric.Throughput or ThresholdMetric.Connections);

    private static bool TryParse(string text, out Threshold threshold)
    {
        threshold = null!;
        if (!TrySplit(text, out string name, out string comparison, out string limit))
            return false;
        if (!TryReadFigure(name, limit, out ThresholdMetric figure, out double percent) || !TryReadLimit(figure, limit, out double value))
            return false;
        threshold = new Threshold(text, figure, percent, comparison, value);
        return true;
    }

    /// <summary>Cuts a threshold of any command at its comparison: <c>p99</c>, <c>&lt;=</c>, <c>10ms</c>.</summary>
    public static bool TrySplit(string text, out string name, out string comparison, out string limit)
    {
        string compact = text.Replace(" ", "", StringComparison.Ordinal);
        int at = Math.Max(0, compact.IndexOfAny(['<', '>']));
        int length = compact.AsSpan(at) is [_, '=', ..] ? 2 : 1;
        (name, comparison, limit) = at == 0 ? ("", "", "") : (compact[..at], compact.Substring(at, length), compact[(at + length)..]);
        return at > 0;
    }

    private static bool TryReadFigure(string name, string limit, out ThresholdMetric figure, out double percent)
    {
        percent = 0;
        (bool isKnown, figure) = name switch
        {
            "min" => (true, ThresholdMetric.Min),
            "mean" or "avg" => (true, ThresholdMetric.Mean),
            "max" => (true, ThresholdMetric.Max),
            "throughput" => (true, ThresholdMetric.Throughput),
            "errors" => (true, limit.EndsWith('%') ? ThresholdMetric.ErrorPercent : ThresholdMetric.Errors),
            "outages" => (true, ThresholdMetric.Outages),
            "connections" => (true, ThresholdMetric.Connections),
            "lost" => (true, limit.EndsWith('%') ? ThresholdMetric.LostPercent : ThresholdMetric.Lost),
            "availability" => (limit.EndsWith('%'), ThresholdMetric.Availability),
            _ => (name[0] == 'p' && PercentileList.TryReadOne(name[1..], out percent), ThresholdMetric.Percentile),
        };
        return isKnown;
    }

    private static bool TryReadLimit(ThresholdMetric figure, string limit, out double value)
    {
        switch (figure)
        {
            case ThresholdMetric.ErrorPercent or ThresholdMetric.LostPercent or ThresholdMetric.Availability:
                return TryReadNumber(limit.AsSpan(0, limit.Length - 1), out value) && value <= 100;
            case ThresholdMetric.Throughput or ThresholdMetric.Errors or ThresholdMetric.Outages or ThresholdMetric.Connections
                or ThresholdMetric.Lost:
                bool isCount = CountText.TryParse(limit, out long count);
                value = count;
                return isCount || TryReadNumber(limit, out value);
            default:
                int digits = limit.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
                double unit = _units.FirstOrDefault(unit => unit.Name == limit[digits..]).Seconds;
                bool isTime = TryReadNumber(limit.AsSpan(0, digits), out value) && unit > 0;
                value *= unit;
                return isTime && double.IsFinite(value);
        }
    }

    /// <summary>Reads a number from 0 on. Infinity and NaN parse in any style, but JSON cannot hold them; zero bytes behind it do, too.
    /// </summary>
    public static bool TryReadNumber(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value) && value >= 0 && !text.Contains('\0');
}

/// <summary>Percentiles as the command line writes them: <c>50,90,99,99.9</c>, each from 0 to 100.</summary>
internal sealed record PercentileList(IReadOnlyList<double> Values)
{
    /// <summary>Reads a list of at least one, each only once.</summary>
    public static bool TryParse(string text, out PercentileList list)
    {
        double[] values = [.. text.Split(',').Select(part => TryReadOne(part, out double value) ? value : double.NaN)];
        list = new PercentileList(values);
        return !values.Any(double.IsNaN) && values.Distinct().Count() == values.Length;
    }

    /// <summary>Reads one with at most six digits after the point.</summary>
    public static bool TryReadOne(string text, out double value) =>
        ThresholdText.TryReadNumber(text, out value) && value <= 100 && Math.Round(value, 6) == value;

    public override string ToString() => string.Join(',', Values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}

internal static class PercentileValues
{
    /// <summary>The value of a percentile; null when it is not there, or too few samples support it.</summary>
    public static TimeSpan? At(this IReadOnlyList<PercentileValue> values, double percent) =>
        values.FirstOrDefault(one => one.Percent == percent).Value;

    /// <summary>The percentiles that charts and the live view show: of those requested the nearest to 50, for the usual, and to 99, for the
    /// bad; only one when they are the same, none when none was requested.</summary>
    public static double[] ToShow(IReadOnlyList<double> requested) => requested.Count == 0
        ? []
        : [.. ((double[])[50, 99]).Select(percent => requested.MinBy(one => Math.Abs(one - percent))).Distinct()];
}
