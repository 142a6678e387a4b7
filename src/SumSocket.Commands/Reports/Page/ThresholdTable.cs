using SumSocket.Commands.Reports.Html;
using SumSocket.Measurement.Bench;

namespace SumSocket.Commands.Reports.Page;

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
        result.IsMet ? new Cell("✓ kept", null, "good") : new Cell("✗ missed", null, "bad"),
    ];

    private static Cell Show(BenchThreshold threshold, double? value) => threshold switch
    {
        { IsTime: true } => new Cell(Figures.Time(value * 1e6), value is { } seconds ? Math.Round(seconds * 1e6, 6) : null, "figure"),
        { Figure: BenchFigure.Throughput } => new Cell(Figures.Rate(value), value, "figure"),
        { Figure: BenchFigure.ErrorPercent } => new Cell(Figures.Percent(value), value, "figure"),
        _ => new Cell(Figures.Count(value), value, "figure"),
    };
}
