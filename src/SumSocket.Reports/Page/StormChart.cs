namespace SumSocket.Reports.Page;

/// <summary>The share of the clients that are back over time, a line for each round.</summary>
internal static class StormChart
{
    private const int MaxLines = 8; // as many as can be distinguished
    private const int Places = 100;

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
        double end = rows.Max(Length) * 1.03;
        (Axis x, Axis y) = (Axis.Seconds(end), Axis.Share());
        string left = rows.Length < count ? $" Drawn are the {Figures.Count(rows.Length)} slowest of {Figures.Count(count)} rounds." : "";
        return new Chart("back", "Clients that are back", string.Join(' ', rows.Select(Summarize)) + left, x, y)
        {
            Areas = rows is [var only] ? [new ChartPath("below run0", PathData.Below(Steps(only)), null)] : [],
            Lines =
            [
                .. rows.Select((row, i) => new ChartPath($"line run{i}", PathData.Steps(Steps(row)), row.Name)),
                .. rows.Select((row, i) => new ChartPath(
                    $"dot run{i}", PathData.Dots(Marks(row).Select(mark => (x.Position(mark.At.TotalSeconds), y.Position(mark.Percent)))),
                    i == 0 ? "50, 90, 99 and 100 %" : null)),
            ],
            Hits = ChartHit.Row([.. Enumerable.Range(1, Places).Select(i => ((double)i / Places, Text(end * (i - 0.5) / Places)))]),
        };

        (double From, double To, double? Value)[] Steps(StormRow row)
        {
            (TimeSpan Time, long Back)[] points = [(TimeSpan.Zero, 0), .. row.Curve];
            return [.. points.Select((point, i) => (
                x.Position(point.Time.TotalSeconds), i + 1 < points.Length ? x.Position(points[i + 1].Time.TotalSeconds) : 1,
                (double?)y.Position(row.Share(point.Back))))];
        }

        string Text(double seconds) => $"{Figures.Time(seconds * 1e6)} after the cut\n" + string.Join('\n', rows.Select(row =>
        {
            long back = row.Curve.LastOrDefault(point => point.Time.TotalSeconds <= seconds).Back;
            string share = Figures.Percent(Math.Round(row.Share(back), 1));
            return $"{row.Name}: {share}, {Figures.Count(back)} of {Figures.Count(row.Round.Cut.Value)}";
        }));
    }

    /// <summary>The last right sum; where some did not come back, all the time that they had.</summary>
    private static double Length(StormRow row)
    {
        double last = row.Curve.Select(point => point.Time.TotalSeconds).DefaultIfEmpty().Max();
        return row.Round.NotBack.Value > 0 ? Math.Max(last, row.Round.DurationUs?.Time.TotalSeconds ?? 0) : last;
    }

    private static IEnumerable<(double Percent, TimeSpan At)> Marks(StormRow row) =>
        from mark in (IEnumerable<(double Percent, Micros? At)>)
            [(50, row.Round.Back50Us), (90, row.Round.Back90Us), (99, row.Round.Back99Us), (100, row.Round.Back100Us)]
        let at = mark.At?.Time
        where at is not null
        select (mark.Percent, at.Value);

    private static string Summarize(StormRow row)
    {
        IEnumerable<string> parts = Marks(row).Select(mark => $"{Figures.Percent(mark.Percent)} back after {Figures.Time(mark.At)}");
        if (row.Round.NotBack.Value > 0)
            parts = parts.Append($"{Figures.Count(row.Round.NotBack.Value)} not back");
        return $"{char.ToUpperInvariant(row.Name[0])}{row.Name[1..]}: {string.Join(", ", parts)}.";
    }
}
