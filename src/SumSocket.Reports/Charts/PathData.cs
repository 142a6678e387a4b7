namespace SumSocket.Reports.Charts;

/// <summary>Makes the data of SVG paths, in a box of 1000 by 1000, from places of 0 to 1 that count from the left and from the
/// bottom.</summary>
internal sealed class PathData
{
    private readonly StringBuilder _path = new();

    /// <summary>A level line for each value; it breaks where there is none.</summary>
    public static string Steps(IEnumerable<(double From, double To, double? Value)> steps)
    {
        PathData path = new();
        double? last = null;
        foreach ((double from, double to, double? value) in steps)
        {
            if (value is { } level)
            {
                if (last is null)
                    path.MoveTo(from, level);
                else if (last != level)
                    path.UpTo(level);
                path.AcrossTo(to);
            }

            last = value;
        }

        return path._path.ToString();
    }

    /// <summary>The area below such lines.</summary>
    public static string Below(IEnumerable<(double From, double To, double? Value)> steps)
    {
        PathData path = new();
        double? end = null;
        foreach ((double from, double to, double? value) in steps)
        {
            if (end is null)
                path.MoveTo(from, 0);
            path.UpTo(value ?? 0);
            path.AcrossTo(to);
            end = to;
        }

        if (end is not null)
            path.UpTo(0)._path.Append('Z');
        return path._path.ToString();
    }

    /// <summary>Upright boxes.</summary>
    public static string Boxes(IEnumerable<(double From, double To, double Bottom, double Top)> boxes)
    {
        PathData path = new();
        foreach ((double from, double to, double bottom, double top) in boxes)
            path.MoveTo(from, bottom).UpTo(top).AcrossTo(to).UpTo(bottom)._path.Append('Z');
        return path._path.ToString();
    }

    /// <summary>Straight from point to point.</summary>
    public static string Through(IEnumerable<(double X, double Y)> points)
    {
        PathData path = new();
        foreach ((double x, double y) in points)
            _ = path._path.Length == 0 ? path.MoveTo(x, y) : path.Append('L', x * 1000).Append(' ', (1 - y) * 1000);
        return path._path.ToString();
    }

    private PathData MoveTo(double x, double y) => Append('M', x * 1000).Append(' ', (1 - y) * 1000);

    private PathData UpTo(double y) => Append('V', (1 - y) * 1000);

    private PathData AcrossTo(double x) => Append('H', x * 1000);

    private PathData Append(char command, double place)
    {
        _path.Append(CultureInfo.InvariantCulture, $"{command}{place:0.##}");
        return this;
    }
}
