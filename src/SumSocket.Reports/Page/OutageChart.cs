using SumSocket.Measurement.Bench;
using SumSocket.Reports.Charts;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>When somebody was gone: a lane for each run.</summary>
internal static class OutageChart
{
    /// <summary>Makes it; null when nobody ever was.</summary>
    public static Chart? Make(IReadOnlyList<ReportedRun> runs, TimeGrid grid)
    {
        if (runs.All(run => run.Result.Outages.Count == 0))
            return null;
        double lane = 1.0 / runs.Count;
        return new Chart
        {
            Id = "outages",
            Title = "Outages",
            Summary = string.Join(' ', runs.Select(Sum)),
            X = grid.X,
            Y = Axis.Lanes([.. runs.Select(run => run.IsOnly ? "" : run.Letter)]),
            Areas =
            [
                .. runs.Where(run => run.Result.Outages.Count > 0).Select(run => new ChartPath(
                    $"bar gone {run.Css}",
                    PathData.Boxes(run.Result.Outages.Select(outage => grid.Span(run, outage))
                        .Select(span => (span.From, span.To, 1 - lane * (run.Index + 0.85), 1 - lane * (run.Index + 0.15)))),
                    null)),
            ],
            Hits = grid.Hits(Tell),
            IsLow = true,
        };
    }

    private static string? Tell(ReportedRun run, BenchInterval interval)
    {
        string[] lines =
        [
            .. run.Result.Outages
                .Where(outage => outage.Start < interval.End && (outage.Duration is null || outage.Start + outage.Duration >= interval.Start))
                .Take(5).Select(outage => $"{outage.NoticedBy}, {Length(outage)}, {Figures.Count(outage.Lost)} requests lost"),
        ];
        return lines.Length == 0 ? null : string.Join('\n', lines);
    }

    private static string Sum(ReportedRun run) => run.Result.Outages switch
    {
        [] => $"{run.Prefix}none.",
        [var only] => $"{run.Prefix}one, at {Figures.Seconds(only.Start)}: {only.NoticedBy}, {Length(only)}.",
        var several => $"{run.Prefix}{Figures.Count(run.Result.OutageCount)}, the first at {Figures.Seconds(several[0].Start)}: {several[0].NoticedBy}.",
    };

    private static string Length(BenchOutage outage) =>
        outage.Duration is null ? "not over by the end" : $"{Figures.Seconds(outage.Duration)} until all had answered again";
}
