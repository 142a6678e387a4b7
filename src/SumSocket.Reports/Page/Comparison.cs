using SumSocket.Measurement.Bench;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>The runs side by side, each held against the first.</summary>
internal static class Comparison
{
    // What two runs of the same thing differ by on an ordinary machine says nothing.
    private const double Noise = 0.05;

    public static void Write(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        string[] heads = ["", runs[0].Letter, .. runs.Skip(1).SelectMany(run => (string[])[run.Letter, $"{run.Letter} against {runs[0].Letter}"])];
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
        return new Cell($"{change} {(isBetter ? "✓\u00A0better" : "✗\u00A0worse")}", null, isBetter ? $"{Cell.Figure} good" : $"{Cell.Figure} bad");
    }
}
