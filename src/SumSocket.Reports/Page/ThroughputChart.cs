using SumSocket.Reports.Charts;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>Right sums a second, and the rate asked for.</summary>
internal static class ThroughputChart
{
    public static Chart Make(IReadOnlyList<ReportedRun> runs, TimeGrid grid)
    {
        double top = runs.Max(run => Math.Max(run.Result.Options.Rate, run.Series.Select(interval => interval.Throughput).DefaultIfEmpty().Max()));
        Axis y = Axis.Linear(top, Figures.Rate);
        return new Chart
        {
            Id = "throughput",
            Title = "Throughput",
            Summary = string.Join(' ', runs.Select(Sum)),
            X = grid.X,
            Y = y,
            Bands = grid.Outages(),
            Areas = [.. runs.Where(run => run.IsOnly).Select(run => new ChartPath($"below {run.Css}", PathData.Below(Steps(run)), null))],
            Lines =
            [
                .. runs.Where(run => run.Result.Options.IsOpenLoop).Select(run => new ChartPath(
                    $"line asked {run.Css}", PathData.Through([(0, Asked(run)), (grid.X.Position(run.Result.Duration.TotalSeconds), Asked(run))]),
                    $"{run.Prefix}rate asked for")),
                .. runs.Select(run => new ChartPath($"line tail {run.Css}", PathData.Steps(Steps(run)), $"{run.Prefix}right sums a second")),
            ],
            Hits = grid.Hits((run, interval) => $"{Figures.Rate(interval.Throughput)}, {Figures.Count(interval.Counts.Ok)} right sums"),
        };

        double Asked(ReportedRun run) => y.Position(run.Result.Options.Rate);

        IEnumerable<(double From, double To, double? Value)> Steps(ReportedRun run) =>
            grid.Steps(run, interval => y.Position(interval.Throughput));
    }

    private static string Sum(ReportedRun run)
    {
        double[] rates = [.. run.Series.Select(interval => interval.Throughput)];
        string range = rates.Length == 0 ? "" : $", in single intervals {Figures.Rate(rates.Min())} to {Figures.Rate(rates.Max())}";
        string asked = run.Result.Options.IsOpenLoop ? $"; asked for: {Figures.Rate(run.Result.Options.Rate)}" : "";
        return $"{run.Prefix}{Figures.Rate(run.Result.Throughput)} over all{range}{asked}.";
    }
}
