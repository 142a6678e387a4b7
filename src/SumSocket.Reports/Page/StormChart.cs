namespace SumSocket.Reports.Page;

/// <summary>The share of the clients that are back over time, a line for each round.</summary>
/// <remarks>Written with loops: with nested closures over tuples the native compiler (ILCompiler 10.0.12) comes to no end.</remarks>
internal static class StormChart
{
    private const int MaxLines = 8; // as many as can be distinguished
    private const int Places = 100;

    private static readonly double[] _percents = [50, 90, 99, 100];

    /// <summary>All rounds, or the slowest of many.</summary>
    public static StormRow[] Choose(StormDocument run)
    {
        StormRow[] rounds = [.. StormRow.Of(run).Where(row => row.Number > 0 && row.Number <= run.Rounds.Count)];
        return rounds.Length <= MaxLines
            ? rounds
            :
            [
                .. rounds.OrderByDescending(row => row.Round.Back100Us?.Time ?? TimeSpan.MaxValue).Take(MaxLines)
                    .OrderBy(row => row.Number),
            ];
    }

    /// <param name="rows">What to draw.</param>
    /// <param name="count">How many rounds there were.</param>
    public static Chart Make(StormRow[] rows, int count)
    {
        double end = 0;
        foreach (StormRow row in rows)
            end = Math.Max(end, Length(row) * 1.03);
        (Axis x, Axis y) = (Axis.Seconds(end), Axis.Share());
        List<ChartPath> lines = [], dots = [];
        for (int i = 0; i < rows.Length; i++)
        {
            lines.Add(new ChartPath($"line run{i}", PathData.Steps(Steps(rows[i], x, y)), rows[i].Name));
            dots.Add(new ChartPath($"dot run{i}", PathData.Dots(Dots(rows[i], x, y)), i == 0 ? "50, 90, 99 and 100 %" : null));
        }

        var hits = new (double To, string Text)[Places];
        for (int i = 0; i < Places; i++)
            hits[i] = ((i + 1.0) / Places, Text(rows, end * (i + 0.5) / Places));
        string left = rows.Length < count ? $" Drawn are the {Figures.Count(rows.Length)} slowest of {Figures.Count(count)} rounds." : "";
        return new Chart("back", "Clients that are back", string.Join(' ', rows.Select(Summarize)) + left, x, y)
        {
            Areas = rows.Length == 1 ? [new ChartPath("below run0", PathData.Below(Steps(rows[0], x, y)), null)] : [],
            Lines = [.. lines, .. dots],
            Hits = ChartHit.Row(hits),
        };
    }

    private static (double From, double To, double? Value)[] Steps(StormRow row, Axis x, Axis y)
    {
        (TimeSpan Time, long Back)[] points = [(TimeSpan.Zero, 0), .. row.Curve];
        var steps = new (double From, double To, double? Value)[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            double to = i + 1 < points.Length ? x.Position(points[i + 1].Time.TotalSeconds) : 1;
            steps[i] = (x.Position(points[i].Time.TotalSeconds), to, y.Position(row.Share(points[i].Back)));
        }

        return steps;
    }

    private static List<(double X, double Y)> Dots(StormRow row, Axis x, Axis y)
    {
        List<(double X, double Y)> dots = [];
        foreach ((double percent, TimeSpan at) in Marks(row))
            dots.Add((x.Position(at.TotalSeconds), y.Position(percent)));
        return dots;
    }

    private static string Text(StormRow[] rows, double seconds)
    {
        StringBuilder text = new($"{Figures.Time(seconds * 1e6)} after the cut");
        foreach (StormRow row in rows)
        {
            long back = 0;
            foreach ((TimeSpan time, long then) in row.Curve)
                back = time.TotalSeconds <= seconds ? then : back;
            string share = Figures.Percent(Math.Round(row.Share(back), 1));
            text.Append(Figures.Invariant($"\n{row.Name}: {share}, {Figures.Count(back)} of {Figures.Count(row.Round.Cut.Value)}"));
        }

        return text.ToString();
    }

    /// <summary>The last right sum; where some did not come back, all the time that they had.</summary>
    private static double Length(StormRow row)
    {
        double last = row.Curve.Length == 0 ? 0 : row.Curve[^1].Time.TotalSeconds;
        return row.Round.NotBack.Value > 0 ? Math.Max(last, row.Round.DurationUs?.Time.TotalSeconds ?? 0) : last;
    }

    private static IEnumerable<(double Percent, TimeSpan At)> Marks(StormRow row)
    {
        Micros?[] times = [row.Round.Back50Us, row.Round.Back90Us, row.Round.Back99Us, row.Round.Back100Us];
        for (int i = 0; i < times.Length; i++)
        {
            if (times[i] is { } at)
                yield return (_percents[i], at.Time);
        }
    }

    private static string Summarize(StormRow row)
    {
        StringBuilder text = new($"{char.ToUpperInvariant(row.Name[0])}{row.Name[1..]}: ");
        string separator = "";
        foreach ((double percent, TimeSpan at) in Marks(row))
        {
            text.Append(separator).Append(Figures.Invariant($"{Figures.Percent(percent)} back after {Figures.Time(at)}"));
            separator = ", ";
        }

        if (row.Round.NotBack.Value > 0)
            text.Append(separator).Append(Figures.Invariant($"{Figures.Count(row.Round.NotBack.Value)} not back"));
        return text.Append('.').ToString();
    }
}
