using SumSocket.Measurement.Bench;
using SumSocket.Reports.Charts;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>What went wrong in each interval of one run, by class.</summary>
internal static class FailureChart
{
    // About two pixels: a single failure among thousands must be seen.
    private const double Least = 0.015;

    /// <summary>Makes it; null when nothing went wrong.</summary>
    public static Chart? Make(ReportedRun run, TimeGrid grid)
    {
        BenchResult result = run.Result;
        if (run.Series.All(interval => interval.Counts.Failed == 0))
            return null;
        Axis y = Axis.Linear(run.Series.Max(interval => interval.Counts.Failed), Figures.Count, isWhole: true);
        return new Chart
        {
            Id = run.IsOnly ? "failures" : $"failures-{run.Letter}",
            Title = run.IsOnly ? "Requests without the right sum" : $"Requests without the right sum: {run.Letter}",
            Summary = $"{Figures.Count(result.Totals.Failed)} of {Figures.Count(result.Totals.Planned)} requests "
                + $"({Figures.Percent(result.Totals.FailedPercent)}): {List(result.Totals)}.",
            X = grid.X,
            Y = y,
            Bands = [.. grid.Outages().Where(band => band.Css.EndsWith(run.Css, StringComparison.Ordinal))],
            Areas =
            [
                .. OutcomeClass.Failures.Where(one => result.Totals[one.Outcome] > 0).Select(one => new ChartPath(
                    $"bar {one.Css}", PathData.Boxes(run.Series.Where(interval => interval.Counts[one.Outcome] > 0).Select(interval => Box(interval, one))),
                    one.Name)),
            ],
            Hits = grid.Hits((told, interval) => told == run ? List(interval.Counts) : null),
            IsLow = true,
        };

        (double From, double To, double Bottom, double Top) Box(BenchInterval interval, OutcomeClass one)
        {
            double bottom = OutcomeClass.Failures.TakeWhile(below => below != one).Sum(below => Height(interval, below));
            return (grid.At(interval.Start), grid.At(interval.End), bottom, bottom + Height(interval, one));
        }

        double Height(BenchInterval interval, OutcomeClass one) =>
            interval.Counts[one.Outcome] is > 0 and var count ? Math.Max(y.Position(count), Least) : 0;
    }

    private static string List(BenchCounts counts) =>
        counts.Failed == 0 ? "none" : OutcomeClass.Describe(counts, count => Figures.Count(count));
}
