using SumSocket.Reports.Comparing;

namespace SumSocket.Reports.Page;

/// <summary>The main figures: of a single run as tiles, of several side by side, each compared with the first.</summary>
internal static class MainFigures
{
    private const string Warning = "The runs were not asked the same";

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
        foreach (string note in Notes(runs))
            page.Element("p", note, ("class", note.StartsWith(Warning, StringComparison.Ordinal) ? "note warning" : "note"));
    }

    /// <summary>What a reader of a comparison must know.</summary>
    public static IEnumerable<string> Notes(IReadOnlyList<ReportedRun> runs)
    {
        if (runs.Skip(1).Any(run => new BenchComparison(runs[0].Result, run.Result).ErrorsDiffer))
        {
            yield return "Errors differ: look at them first. What fails at once has no time and takes none from the rest, so speeds and "
                + "times are not compared then.";
        }

        yield return "No difference: not over 5 %, or no more than the intervals of the runs differ among themselves (rank-sum test of "
            + "Mann and Whitney, 5 %). One run each proves little; measure several times, in turn, before you believe a difference.";
        if (SettingTable.Differences(runs) is { Count: > 0 } differences)
            yield return $"{Warning}, or not in the same place: {string.Join(", ", differences)}.";
    }

    private static Cell[] Row(MainFigure figure, IReadOnlyList<ReportedRun> runs)
    {
        return [new Cell(figure.Name), figure.Of(runs[0].Result), .. runs.Skip(1).SelectMany(CellAndChange)];

        Cell[] CellAndChange(ReportedRun run) =>
            [figure.Of(run.Result), Change(new BenchComparison(runs[0].Result, run.Result).Of(figure))];
    }

    private static Cell Change(Difference difference) => new(
        $"{difference.Change} {difference.Words}".Trim(), null, difference.Verdict switch
        {
            Verdict.Better => $"{Cell.Figure} good",
            Verdict.Worse => $"{Cell.Figure} bad",
            _ => Cell.Figure,
        });
}
