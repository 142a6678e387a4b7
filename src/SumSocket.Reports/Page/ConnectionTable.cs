using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>Connections made and lost.</summary>
internal static class ConnectionTable
{
    public static Table Make(IReadOnlyList<ReportedRun> runs) => new(
        "Connections",
        ["", .. runs.Select(run => run.IsOnly ? "number" : run.Letter)],
        [
            [new Cell("asked for"), .. runs.Select(run => Cell.Count(run.Result.Options.Connections))],
            [new Cell("made"), .. runs.Select(run => Cell.Count(run.Result.ConnectionsMade))],
            [new Cell("lost"), .. runs.Select(run => Cell.Count(run.Result.ConnectionsLost))],
            [new Cell("attempts that failed"), .. runs.Select(run => Cell.Count(run.Result.ConnectsFailed))],
            [new Cell("outages"), .. runs.Select(run => Cell.Count(run.Result.OutageCount))],
        ])
    { Id = "connections" };
}
