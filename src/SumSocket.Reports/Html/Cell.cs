namespace SumSocket.Reports.Html;

/// <summary>A cell of a table.</summary>
/// <param name="Text">For people.</param>
/// <param name="Value">The exact figure, when it is one.</param>
/// <param name="Css">Its class.</param>
internal readonly record struct Cell(string Text, double? Value = null, string? Css = null)
{
    /// <summary>The class of those that stand at the right, unit below unit.</summary>
    public const string Figure = "figure";

    /// <summary>A time, exact in microseconds.</summary>
    public static Cell Time(TimeSpan? time) => new(Figures.Time(time), time?.TotalMicroseconds, Figure);

    /// <summary>A span on the time axis, exact in seconds.</summary>
    public static Cell Seconds(TimeSpan? span) => new(Figures.Seconds(span), span?.TotalSeconds, Figure);

    /// <summary>How many.</summary>
    public static Cell Count(long? count) => new(Figures.Count(count), count, Figure);

    /// <summary>How many a second.</summary>
    public static Cell Rate(double perSecond) => new(Figures.Rate(perSecond), perSecond, Figure);

    /// <summary>A share, exact in percent.</summary>
    public static Cell Percent(double? percent) => new(Figures.Percent(percent), percent, Figure);

    /// <summary>Nothing.</summary>
    public static Cell Blank => new("");
}
