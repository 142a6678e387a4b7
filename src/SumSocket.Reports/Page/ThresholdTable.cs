using SumSocket.Measurement.Bench;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>What the runs were held against.</summary>
internal static class ThresholdTable
{
    /// <summary>Makes it; null when there was nothing.</summary>
    public static Table? Make(IReadOnlyList<ReportedRun> runs)
    {
        IReadOnlyList<Cell>[] rows = [.. runs.SelectMany(run => run.Result.Thresholds.Select(threshold => Row(run, threshold)))];
        return rows.Length == 0 ? null : new Table("Thresholds", ["Threshold", "Limit", "Measured", "Verdict"], rows) { Id = "thresholds" };
    }

    private static IReadOnlyList<Cell> Row(ReportedRun run, ThresholdResult result) =>
    [
        new Cell($"{run.Prefix}{result.Threshold.Text}"),
        Show(result.Threshold, result.Threshold.Limit),
        Show(result.Threshold, result.Actual),
        result.IsMet ? new Cell("✓\u00A0kept", null, "good") : new Cell("✗\u00A0missed", null, "bad"),
    ];

    private static Cell Show(BenchThreshold threshold, double? value) => threshold switch
    {
        { IsTime: true } => new Cell(Figures.Time(value * 1e6), value is { } seconds ? Math.Round(seconds * 1e6, 6) : null, Cell.Figure),
        { Figure: ThresholdMetric.Throughput } => new Cell(Figures.Rate(value), value, Cell.Figure),
        { Figure: ThresholdMetric.ErrorPercent } => new Cell(Figures.Percent(value), value, Cell.Figure),
        _ => new Cell(Figures.Count(value), value, Cell.Figure),
    };
}
