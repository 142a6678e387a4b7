namespace SumSocket.Reports.Charts;

/// <summary>Makes the data of SVG paths, in a box of 1000 by 1000, from places of 0 to 1 from the left and from the bottom.</summary>
internal static class PathData
{
    /// <summary>A level line for each value; it breaks where there is none.</summary>
    public static string Steps(IEnumerable<(double From, double To, double? Value)> steps)
    {
        StringBuilder path = new();
        double? last = null;
        foreach ((double from, double to, double? value) in steps)
        {
            if (value is { } level)
                path.Append(last is null ? Move(from, level) : last != level ? Up(level) : "").Append(Across(to));
            last = value;
        }

        return path.ToString();
    }

    /// <summary>The area below such lines.</summary>
    public static string Below(IReadOnlyList<(double From, double To, double? Value)> steps) => steps.Count == 0
        ? ""
        : $"{Move(steps[0].From, 0)}{string.Concat(steps.Select(step => Up(step.Value ?? 0) + Across(step.To)))}{Up(0)}Z";

    /// <summary>Upright boxes.</summary>
    public static string Boxes(IEnumerable<(double From, double To, double Bottom, double Top)> boxes) =>
        string.Concat(boxes.Select(box => $"{Move(box.From, box.Bottom)}{Up(box.Top)}{Across(box.To)}{Up(box.Bottom)}Z"));

    /// <summary>Straight from point to point.</summary>
    public static string Through(IEnumerable<(double X, double Y)> points) =>
        string.Concat(points.Select((point, i) => Point(i == 0 ? 'M' : 'L', point.X, point.Y)));

    /// <summary>Dots, as lines without a length: their caps are seen.</summary>
    public static string Dots(IEnumerable<(double X, double Y)> points) =>
        string.Concat(points.Select(point => Move(point.X, point.Y) + "h0"));

    private static string Move(double x, double y) => Point('M', x, y);

    private static string Point(char command, double x, double y) => Figures.Invariant($"{command}{x * 1000:0.##} {(1 - y) * 1000:0.##}");

    private static string Up(double y) => Figures.Invariant($"V{(1 - y) * 1000:0.##}");

    private static string Across(double x) => Figures.Invariant($"H{x * 1000:0.##}");
}
