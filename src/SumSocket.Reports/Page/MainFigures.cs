namespace SumSocket.Reports.Page;

/// <summary>The main figures: of a single run as tiles, of several side by side, each compared with the first.</summary>
internal static class MainFigures
{
    // Two runs of the same thing differ by as much on an ordinary machine.
    private const double Noise = 0.05;

    public static void Write(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        if (runs is [var only])
            WriteTiles(page, only);
        else
            WriteComparison(page, runs);
    }

    private static void WriteTiles(HtmlWriter page, ReportedRun run)
    {
        PageFrame.WriteTiles(page, MainFigure.For([run])
            .Where(figure => !figure.Name.EndsWith("uncorrected", StringComparison.Ordinal))
            .Select(figure => (figure.Name, figure.Of(run.Result))));
    }

    private static void WriteComparison(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        string[] heads =
            ["", runs[0].Letter, .. runs.Skip(1).SelectMany(run => (string[])[run.Letter, $"{run.Letter} against {runs[0].Letter}"])];
        new Table("comparison", "Runs compared", heads, [.. MainFigure.For(runs).Select(figure => Row(figure, runs))]).Write(page);
        page.Element(
            "p",
            "A difference below 5 % is left unjudged: two runs of the same thing differ by as much. One run each proves little; "
            + "measure several times, in turn, before you believe a difference.",
            ("class", "note"));
        if (SettingTable.Differences(runs) is { Count: > 0 } differences)
            page.Element(
                "p", $"The runs were not asked the same, or not in the same place: {string.Join(", ", differences)}.",
                ("class", "note warning"));
    }

    private static Cell[] Row(MainFigure figure, IReadOnlyList<ReportedRun> runs)
    {
        Cell first = figure.Of(runs[0].Result);
        return [new Cell(figure.Name), first, .. runs.Skip(1).SelectMany(CellAndChange)];

        Cell[] CellAndChange(ReportedRun run)
        {
            Cell cell = figure.Of(run.Result);
            bool isComparable = !figure.IsTime || run.Options.Rate == runs[0].Options.Rate;
            return [cell, isComparable && first.Value is { } from && cell.Value is { } to ? Change(figure, from, to) : new Cell("")];
        }
    }

    private static Cell Change(MainFigure figure, double from, double to)
    {
        string change = Figures.Change(from, to);
        if (Math.Abs(to - from) <= Noise * Math.Max(from, to))
            return new Cell(change, null, Cell.Figure);
        return Math.Sign(to - from) == figure.MoreIs
            ? new Cell($"{change} ✓\u00A0better", null, $"{Cell.Figure} good")
            : new Cell($"{change} ✗\u00A0worse", null, $"{Cell.Figure} bad");
    }
}

/// <summary>A figure worth a tile of its own, or a row where runs are compared. More of it is better (1) or worse (-1). A time depends on
/// the rate of the requests, so it is compared only between runs at the same rate.</summary>
internal sealed record MainFigure(
    string Name, Func<BenchResult, double?> Read, Func<double?, Cell> Show, int MoreIs = -1, bool IsTime = false)
{
    public static IReadOnlyList<MainFigure> For(IReadOnlyList<ReportedRun> runs)
    {
        double[] percents = [.. runs.SelectMany(run => run.Options.Percentiles).Distinct().Order()];
        double[] openPercents = runs.All(run => run.Result.Corrected is not null) ? percents : [];
        return
        [
            new("throughput", result => result.Throughput, Cell.Rate, MoreIs: 1),
            .. runs.Any(run => run.Result.Connects is not null)
                ? (MainFigure[])[new("connects a second", result => result.Connects?.PerSecond, Cell.Rate, MoreIs: 1)]
                : [],
            new("errors", result => result.Totals.FailedPercent, Cell.Percent),
            .. percents.Select(percent => Time(Figures.Percentile(percent), result => result.Times.Percentiles.At(percent))),
            Time("longest", result => result.Times.Max),
            Time("mean", result => result.Times.Mean),
            .. openPercents.Select(percent => Time(
                $"{Figures.Percentile(percent)} uncorrected", result => result.Uncorrected.Percentiles.At(percent))),
            .. openPercents.TakeLast(1).Select(percent => Time(
                $"{Figures.Percentile(percent)} of the lag", result => result.Lag?.Percentiles.At(percent))),
            new("outages", result => result.OutageCount, Cell.Count),
            new("connections lost", result => result.ConnectionsLost, Cell.Count),
        ];
    }

    public Cell Of(BenchResult result) => Show(Read(result));

    private static MainFigure Time(string name, Func<BenchResult, TimeSpan?> read) =>
        new(name, result => read(result)?.TotalMicroseconds, Cell.Time, IsTime: true);
}
