namespace SumSocket.Reports.Page;

/// <summary>The runs side by side, each held against the first.</summary>
internal static class Comparison
{
    // What two runs of the same thing differ by on an ordinary machine says nothing.
    private const double Noise = 0.05;

    public static void Write(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        string[] heads =
            ["", runs[0].Letter, .. runs.Skip(1).SelectMany(run => (string[])[run.Letter, $"{run.Letter} against {runs[0].Letter}"])];
        new Table("Runs compared", heads, ComparedFigure.For(runs).Select(figure => Row(figure, runs))) { Id = "comparison" }.Write(page);
        page.Element(
            "p",
            "A difference below 5 % is left unjudged: two runs of the same thing differ by as much. One run each proves little; "
            + "measure several times, in turn, before you believe a difference.",
            ("class", "note"));
        if (SettingTable.Differences(runs) is { Count: > 0 } differences)
            page.Element("p", $"The runs were not asked the same, or not in the same place: {string.Join(", ", differences)}.", ("class", "note warning"));
    }

    private static List<Cell> Row(ComparedFigure figure, IReadOnlyList<ReportedRun> runs)
    {
        BenchResult against = runs[0].Result;
        double? first = figure.Read(against);
        List<Cell> row = [new Cell(figure.Name), new Cell(figure.Show(first), first, Cell.Figure)];
        foreach (ReportedRun run in runs.Skip(1))
        {
            double? value = figure.Read(run.Result);
            row.Add(new Cell(figure.Show(value), value, Cell.Figure));
            bool isComparable = !figure.IsTime || run.Result.Options.Rate == against.Options.Rate;
            row.Add(isComparable && first is { } from && value is { } to ? Judge(figure, from, to) : Cell.Blank);
        }

        return row;
    }

    private static Cell Judge(ComparedFigure figure, double from, double to)
    {
        string change = Figures.Change(from, to);
        if (Math.Abs(to - from) <= Noise * Math.Max(from, to))
            return new Cell(change, null, Cell.Figure);
        bool isBetter = Math.Sign(to - from) == figure.MoreIs;
        return new Cell(
            $"{change} {(isBetter ? "✓\u00A0better" : "✗\u00A0worse")}", null, isBetter ? $"{Cell.Figure} good" : $"{Cell.Figure} bad");
    }
}

/// <summary>A figure worth a tile of its own, or a row where runs are compared.</summary>
/// <param name="Name">For people.</param>
/// <param name="Read">The figure of a run; null when it has none.</param>
/// <param name="Show">How to show it.</param>
/// <param name="MoreIs">1 when more is better, -1 when less is.</param>
/// <param name="IsTime">Whether it depends on how fast was asked, so that only runs at the same rate can be held against each
/// other.</param>
internal sealed record ComparedFigure(
    string Name, Func<BenchResult, double?> Read, Func<double?, string> Show, int MoreIs, bool IsTime = false)
{
    /// <summary>Those that the runs have.</summary>
    public static IReadOnlyList<ComparedFigure> For(IReadOnlyList<ReportedRun> runs)
    {
        double[] percents = [.. runs.SelectMany(run => run.Result.Options.Percentiles).Distinct().Order()];
        bool isOpen = runs.All(run => run.Result.Corrected is not null);
        List<ComparedFigure> figures =
        [
            new("throughput", result => result.Throughput, Figures.Rate, 1),
            new("errors", result => result.Totals.FailedPercent, Figures.Percent, -1),
            .. percents.Select(percent => Time(Figures.Percentile(percent), result => result.Times, percent)),
            new("longest", result => result.Times.Max?.TotalMicroseconds, Figures.Time, -1, IsTime: true),
            new("mean", result => result.Times.Mean?.TotalMicroseconds, Figures.Time, -1, IsTime: true),
        ];
        if (isOpen)
        {
            figures.AddRange(
                percents.Select(percent => Time($"{Figures.Percentile(percent)} uncorrected", result => result.Uncorrected, percent)));
            if (percents.Length > 0)
                figures.Add(Time($"{Figures.Percentile(percents[^1])} of the lag", result => result.Lag, percents[^1]));
        }

        figures.Add(new ComparedFigure("outages", result => result.OutageCount, Figures.Count, -1));
        figures.Add(new ComparedFigure("connections lost", result => result.ConnectionsLost, Figures.Count, -1));
        return figures;
    }

    private static ComparedFigure Time(string name, Func<BenchResult, LatencySummary?> times, double percent) => new(
        name,
        result => times(result)?.Percentiles.FirstOrDefault(one => one.Percent == percent).Value?.TotalMicroseconds,
        Figures.Time, -1, IsTime: true);
}

/// <summary>The few figures of a single run that most come for.</summary>
internal static class Tiles
{
    public static void Write(HtmlWriter page, ReportedRun run)
    {
        using (page.Open("dl", ("class", "tiles")))
        {
            foreach (ComparedFigure figure in ComparedFigure.For([run]).Where(figure => !figure.Name.EndsWith("uncorrected", StringComparison.Ordinal)))
            {
                double? value = figure.Read(run.Result);
                using (page.Open("div"))
                {
                    page.Element("dt", figure.Name);
                    using (page.Open("dd"))
                        page.Data(value, figure.Show(value));
                }
            }
        }
    }
}
