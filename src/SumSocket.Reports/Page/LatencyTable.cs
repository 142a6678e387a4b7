using SumSocket.Measurement.Statistics;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>The times of each run: from when due, from when sent, and how late the generator was.</summary>
internal static class LatencyTable
{
    public static Table Make(IReadOnlyList<ReportedRun> runs)
    {
        (string Name, LatencySummary Times)[] columns = [.. runs.SelectMany(Columns)];
        double[] percents = [.. columns.SelectMany(column => column.Times.Percentiles).Select(one => one.Percent).Distinct().Order()];
        List<IReadOnlyList<Cell>> rows =
        [
            Row("samples", times => Cell.Count(times.Count)),
            Row("shortest", times => Cell.Time(times.Min)),
            Row("mean", times => Cell.Time(times.Mean)),
            Row("standard deviation", times => Cell.Time(times.StandardDeviation)),
            .. percents.Select(percent => Row(Figures.Percentile(percent), times => Read(times, percent))),
            Row("longest", times => Cell.Time(times.Max)),
        ];
        return new Table("Times", ["", .. columns.Select(column => column.Name)], rows) { Id = "times" };

        IReadOnlyList<Cell> Row(string name, Func<LatencySummary, Cell> read) => [new Cell(name), .. columns.Select(column => read(column.Times))];
    }

    private static Cell Read(LatencySummary times, double percent) =>
        times.Percentiles.Any(one => one.Percent == percent) ? Cell.Time(times.Percentiles.First(one => one.Percent == percent).Value) : Cell.Blank;

    private static IEnumerable<(string Name, LatencySummary Times)> Columns(ReportedRun run)
    {
        if (run.Result.Corrected is { } corrected)
            yield return ($"{run.Prefix}from when due (corrected)", corrected);
        yield return (run.Result.Corrected is null ? $"{run.Prefix}from when sent" : $"{run.Prefix}from when sent (uncorrected)", run.Result.Uncorrected);
        if (run.Result.Lag is { } lag)
            yield return ($"{run.Prefix}lag of the generator", lag);
    }
}
