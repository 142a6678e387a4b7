using SumSocket.Measurement.Bench;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>What became of the requests that were planned.</summary>
internal static class OutcomeTable
{
    public static Table Make(IReadOnlyList<ReportedRun> runs)
    {
        List<IReadOnlyList<Cell>> rows =
        [
            Row("planned", counts => counts.Planned),
            .. OutcomeClass.All.Select(one => Row($"{one.Name}: {one.Meaning}", counts => counts[one.Outcome])),
            Row("sent", counts => counts.Sent),
        ];
        if (runs.Any(run => run.Result.Options.IsOpenLoop))
            rows.Add(Row("late: sent more than 1 ms after due", counts => counts.Late));
        string[] heads = [.. runs.SelectMany(run => (string[])[$"{run.Prefix}requests", $"{run.Prefix}share", $"{run.Prefix}in the warm-up"])];
        return new Table("Requests by outcome", ["", .. heads], rows) { Id = "outcomes" };

        IReadOnlyList<Cell> Row(string name, Func<BenchCounts, long> read) => [new Cell(name), .. runs.SelectMany(run => Cells(run.Result, read))];
    }

    private static Cell[] Cells(BenchResult result, Func<BenchCounts, long> read)
    {
        long count = read(result.Totals);
        double? share = result.Totals.Planned == 0 ? null : 100.0 * count / result.Totals.Planned;
        return [Cell.Count(count), Cell.Percent(share), Cell.Count(read(result.Warmup))];
    }
}
