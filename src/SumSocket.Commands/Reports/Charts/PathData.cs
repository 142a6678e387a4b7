using System.Globalization;
using System.Text;

namespace SumSocket.Commands.Reports.Charts;

/// <summary>Makes the data of SVG paths, in a box of 1000 by 1000, from places of 0 to 1 that count from the left and from the bottom.</summary>
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
                path.Begin(last is null ? 'M' : 'L', from, level).Begin('L', to, level);
            last = value;
        }

        return path.ToString();
    }

    /// <summary>The area below such lines.</summary>
    public static string Below(IEnumerable<(double From, double To, double? Value)> steps) =>
        Boxes(steps.Where(step => step.Value > 0).Select(step => (step.From, step.To, 0.0, step.Value!.Value)));

    /// <summary>Upright boxes.</summary>
    public static string Boxes(IEnumerable<(double From, double To, double Bottom, double Top)> boxes)
    {
        PathData path = new();
        foreach ((double from, double to, double bottom, double top) in boxes)
            path.Begin('M', from, bottom).Begin('L', from, top).Begin('L', to, top).Begin('L', to, bottom)._path.Append('Z');
        return path.ToString();
    }

    /// <summary>Straight from point to point.</summary>
    public static string Through(IEnumerable<(double X, double Y)> points)
    {
        PathData path = new();
        foreach ((double x, double y) in points)
            path.Begin(path._path.Length == 0 ? 'M' : 'L', x, y);
        return path.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => _path.ToString();

    private PathData Begin(char command, double x, double y)
    {
        _path.Append(CultureInfo.InvariantCulture, $"{command}{x * 1000:0.##} {(1 - y) * 1000:0.##}");
        return this;
    }
}
