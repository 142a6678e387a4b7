namespace SumSocket.Reports;

/// <summary>Figures on the page: four digits, thousands separated, always with the unit, which never goes to another line.</summary>
internal static class Figures
{
    /// <summary>In place of a figure that too few samples support.</summary>
    public const string None = "n/a";

    /// <summary>A time, given in microseconds: <c>213.4 µs</c>, <c>10.01 ms</c>, <c>1.002 s</c>.</summary>
    public static string Time(double? microseconds) => microseconds switch
    {
        null => None,
        0 => "0\u00A0µs",
        >= 999_950 => $"{FourDigits(microseconds.Value / 1e6)}\u00A0s",
        >= 999.95 => $"{FourDigits(microseconds.Value / 1e3)}\u00A0ms",
        _ => $"{FourDigits(microseconds.Value)}\u00A0µs",
    };

    public static string Time(TimeSpan? time) => Time(time?.TotalMicroseconds);

    /// <summary>A span in seconds, as on the time axis: <c>3.25 s</c>.</summary>
    public static string Seconds(TimeSpan? span) => span is null ? None : Invariant($"{span.Value.TotalSeconds:#,##0.###}\u00A0s");

    public static string Count(double? count) => count is null ? None : Invariant($"{count:#,##0}");

    /// <summary>A count with its noun: <c>1 request</c>, <c>2,000 requests</c>.</summary>
    public static string Count(double? count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    public static string Rate(double? perSecond) => perSecond switch
    {
        null => None,
        >= 999.95 => Invariant($"{perSecond:#,##0}/s"),
        >= 99.995 => Invariant($"{perSecond:0.#}/s"),
        _ => Invariant($"{perSecond:0.##}/s"),
    };

    /// <summary>A share in percent; never 0 or 100 when it is not.</summary>
    public static string Percent(double? percent) => percent switch
    {
        null => None,
        > 0 and < 0.001 => "<\u00A00.001\u00A0%",
        > 99.999 and < 100 => ">\u00A099.999\u00A0%",
        _ => Invariant($"{percent:0.###}\u00A0%"),
    };

    /// <summary>The name of a percentile: <c>p99.9</c>.</summary>
    public static string Percentile(double percent) => Invariant($"p{percent:0.######}");

    /// <summary>The change from one figure to another: <c>+12.3 %</c>, <c>×25</c>.</summary>
    public static string Change(double from, double to) => (from, to) switch
    {
        (0, 0) => "same",
        (0, _) => "from 0",
        _ when to / from >= 3 => Invariant($"×{FourDigits(to / from)}"),
        _ => Invariant($"{100 * (to - from) / from:+0.#;−0.#;±0}\u00A0%"),
    };

    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string FourDigits(double value) => value switch
    {
        >= 999.95 => Invariant($"{value:#,##0}"),
        >= 99.995 => Invariant($"{value:0.0}"),
        >= 9.9995 => Invariant($"{value:0.00}"),
        _ => Invariant($"{value:0.000}"),
    };
}

/// <summary>Figures in text on a terminal.</summary>
internal static class TextFigures
{
    /// <summary><c>1 error</c>, <c>2 errors</c>: for nouns that take an s.</summary>
    public static string Count(long count, string noun) => Figures.Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>A share, to four digits after the point; never 0 or 100 when it is not: one failure of ten million still shows.</summary>
    public static string Percent(double percent) => percent switch
    {
        > 0 and < 0.0001 => "<0.0001%",
        > 99.9999 and < 100 => ">99.9999%",
        _ => Figures.Invariant($"{percent:0.####}%"),
    };

    /// <summary>To the millisecond: <c>1.500 s</c>.</summary>
    public static string Seconds(TimeSpan time) => Figures.Invariant($"{time.TotalSeconds:0.000} s");

    /// <summary>To the millisecond, without zeros at the end: <c>1.5 s</c>.</summary>
    public static string ShortSeconds(TimeSpan time) => Figures.Invariant($"{time.TotalSeconds:0.0##} s");

    public static string Milliseconds(TimeSpan time) => Figures.Invariant($"{time.TotalMilliseconds:0.000} ms");
}
