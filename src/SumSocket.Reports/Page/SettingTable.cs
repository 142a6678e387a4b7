using System.Globalization;
using SumSocket.Measurement.Bench;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>What was asked for, what became of it, and where it ran.</summary>
internal static class SettingTable
{
    private static readonly (string Name, bool IsAsked, Func<RecordedBench, string> Show)[] _rows =
    [
        ("server", true, run => $"{run.Setting.Transport} {run.Setting.Address}{(run.Setting.IsLoopback ? ", inside the client's process" : "")}"),
        ("connections", true, run => Figures.Count(run.Result.Options.Connections)),
        ("requests under way on each", true, run => Figures.Count(run.Result.Options.Pipeline)),
        ("loop", true, run => run.Result.Options.IsOpenLoop ? "open: on a schedule" : "closed: the next when the last is answered"),
        ("rate asked for", true, run => run.Result.Options.IsOpenLoop ? Figures.Rate(run.Result.Options.Rate) : "as fast as answers come"),
        ("rate used", false, run => Figures.Rate(PlannedPerSecond(run.Result))),
        ("length asked for", true, run => run.Result.Options.Requests is { } requests
            ? $"{Figures.Count(requests)} requests"
            : Figures.Seconds(run.Result.Options.Duration)),
        ("length used", false, run => Figures.Seconds(run.Result.Duration)),
        ("warm-up", true, run => Figures.Seconds(run.Result.Options.Warmup)),
        ("ramp-up", true, run => Figures.Seconds(run.Result.Options.RampUp)),
        ("interval of the series", true, run => Figures.Seconds(run.Result.Options.Interval)),
        ("time-out of a request", true, run => run.Result.Options.RequestTimeout == Timeout.InfiniteTimeSpan
            ? "none"
            : Figures.Seconds(run.Result.Options.RequestTimeout)),
        ("percentiles", true, run => string.Join(", ", run.Result.Options.Percentiles.Select(percent => Figures.Invariant($"{percent:0.######}")))),
        ("began", false, run => run.Result.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture)),
        ("program", true, run => $"{run.Setting.Program} {run.Setting.Version}"),
        ("runtime", true, run => run.Setting.Runtime),
        ("machine", true, run => run.Setting.Host),
        ("system", true, run => run.Setting.System),
        ("processors", true, run => $"{Figures.Count(run.Setting.Processors)} × {run.Setting.Architecture}"),
    ];

    public static Table Make(IReadOnlyList<ReportedRun> runs) => new(
        "Settings, as asked and as used",
        ["", .. runs.Select(run => run.IsOnly ? "this run" : run.Letter)],
        _rows.Select(row => Row(row.Name, row.IsAsked, [.. runs.Select(run => row.Show(run.Run))])))
    { Id = "settings" };

    /// <summary>The settings in which runs differ, so that figures are not compared that cannot be.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<ReportedRun> runs) =>
        [.. _rows.Where(row => row.IsAsked && runs.Select(run => row.Show(run.Run)).Distinct().Count() > 1).Select(row => row.Name)];

    private static IReadOnlyList<Cell> Row(string name, bool isAsked, string[] values)
    {
        bool differs = isAsked && values.Distinct().Count() > 1;
        return [new Cell(name), .. values.Select(value => new Cell(value, null, differs ? "differs" : null))];
    }

    private static double PlannedPerSecond(BenchResult result) =>
        result.Duration > TimeSpan.Zero ? Math.Round(result.Totals.Planned / result.Duration.TotalSeconds, 3) : 0;
}
