using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>The outages one by one.</summary>
internal static class OutageTable
{
    /// <summary>Makes it; null when there were none.</summary>
    public static Table? Make(IReadOnlyList<ReportedRun> runs)
    {
        IReadOnlyList<Cell>[] rows = [.. runs.SelectMany(Rows)];
        bool isCut = runs.Any(run => run.Result.OutageCount > run.Result.Outages.Count);
        string[] heads = ["Began at", "Noticed by", "First answer after", "All answered after", "Connections", "Requests lost"];
        return rows.Length == 0 ? null : new Table(isCut ? "Outages, the first ones" : "Outages", heads, rows) { Id = "outage-table" };
    }

    private static IEnumerable<IReadOnlyList<Cell>> Rows(ReportedRun run) =>
        from outage in run.Result.Outages
        select (IReadOnlyList<Cell>)
        [
            new Cell($"{run.Prefix}{Figures.Seconds(outage.Start)}"),
            new Cell(outage.NoticedBy),
            outage.FirstAnswer is null ? new Cell("never", null, Cell.Figure) : Cell.Seconds(outage.FirstAnswer),
            outage.Duration is null ? new Cell("never", null, Cell.Figure) : Cell.Seconds(outage.Duration),
            Cell.Count(outage.Connections),
            Cell.Count(outage.Lost),
        ];
}
