using SumSocket.Measurement.Bench;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>The intervals of one run in figures: the charts for those who read tables.</summary>
internal static class SeriesTable
{
    // Beyond that nobody reads it, and the page would take long to open; the JSON has them all.
    private const int MaxRows = 1000;

    /// <summary>Writes it, folded.</summary>
    public static void Write(HtmlWriter page, ReportedRun run)
    {
        IReadOnlyList<BenchInterval> series = run.Result.Series;
        using (page.Open("details"))
        {
            string cut = series.Count > MaxRows ? $", the first {Figures.Count(MaxRows)}" : "";
            page.Element("summary", $"{run.Prefix}{Figures.Count(series.Count)} intervals in figures{cut}");
            Make(run).Write(page);
        }
    }

    private static Table Make(ReportedRun run)
    {
        OutcomeClass[] failures = [.. OutcomeClass.Failures.Where(one => run.Result.Totals[one.Outcome] > 0)];
        IReadOnlyList<double> percents = run.Result.Options.Percentiles;
        string[] heads =
        [
            "From", "to", "right sums", "a second", .. failures.Select(one => one.Name), "samples", "mean",
            .. percents.Select(Figures.Percentile), "longest",
        ];
        return new Table($"{run.Prefix}intervals", heads, run.Result.Series.Take(MaxRows).Select(Row)) { Id = $"series-{run.Letter}" };

        IReadOnlyList<Cell> Row(BenchInterval interval) =>
        [
            new Cell(Figures.Seconds(interval.Start)), Cell.Seconds(interval.End), Cell.Count(interval.Counts.Ok), Cell.Rate(interval.Throughput),
            .. failures.Select(one => Cell.Count(interval.Counts[one.Outcome])),
            Cell.Count(interval.Count), Cell.Time(interval.Mean),
            .. percents.Select(percent => Cell.Time(interval.Percentiles.FirstOrDefault(one => one.Percent == percent).Value)),
            Cell.Time(interval.Max),
        ];
    }
}
