using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>A figure worth a tile of its own, or a row where runs are compared.</summary>
/// <param name="Name">For people.</param>
/// <param name="Read">The figure of a run; null when it has none.</param>
/// <param name="Show">How to show it.</param>
/// <param name="MoreIs">1 when more is better, -1 when less is.</param>
/// <param name="IsTime">Whether it depends on how fast was asked, so that only runs at the same rate can be held against each other.</param>
internal sealed record ComparedFigure(string Name, Func<BenchResult, double?> Read, Func<double?, string> Show, int MoreIs, bool IsTime = false)
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
            figures.AddRange(percents.Select(percent => Time($"{Figures.Percentile(percent)} uncorrected", result => result.Uncorrected, percent)));
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
