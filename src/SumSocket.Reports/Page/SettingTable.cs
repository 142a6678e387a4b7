namespace SumSocket.Reports.Page;

/// <summary>The settings requested, what they became, and where the run took place.</summary>
internal static class SettingTable
{
    // Those that were requested are compared; the others follow from the run.
    private static readonly (string Name, bool IsRequested, Func<ReportedRun, string> Show)[] _rows =
    [
        ("server", true, run => $"{run.Setting.Transport} {run.Setting.Address}{(run.Setting.IsLoopback ? ", inside the client's process" : "")}"),
        ("connections", true, run => Figures.Count(run.Options.Connections)),
        ("requests under way on each", true, run => Figures.Count(run.Options.Pipeline)),
        ("loop", true, run => run.Options.IsOpenLoop ? "open: on a schedule" : "closed: the next when the last is answered"),
        ("rate asked for", true, run => run.Options.IsOpenLoop ? Figures.Rate(run.Options.Rate) : "as fast as answers come"),
        ("rate used", false, run => Figures.Rate(PlannedPerSecond(run.Result))),
        ("length asked for", true, run =>
            run.Options.Requests is { } requests ? $"{Figures.Count(requests)} requests" : Figures.Seconds(run.Options.Duration)),
        ("length used", false, run => Figures.Seconds(run.Result.Duration)),
        ("warm-up", true, run => Figures.Seconds(run.Options.Warmup)),
        ("ramp-up", true, run => Figures.Seconds(run.Options.RampUp)),
        ("interval of the series", true, run => Figures.Seconds(run.Options.Interval)),
        ("time-out of a request", true, run =>
            run.Options.RequestTimeout == Timeout.InfiniteTimeSpan ? "none" : Figures.Seconds(run.Options.RequestTimeout)),
        ("percentiles", true, run => string.Join(", ", run.Options.Percentiles.Select(percent => Figures.Invariant($"{percent:0.######}")))),
        ("began", false, run => run.Result.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture)),
        ("program", true, run => $"{run.Setting.Program} {run.Setting.Version}"),
        ("runtime", true, run => run.Setting.Runtime),
        ("machine", true, run => run.Setting.Host),
        ("system", true, run => run.Setting.System),
        ("processors", true, run => $"{Figures.Count(run.Setting.Processors)} × {run.Setting.Architecture}"),
    ];

    public static Table Make(IReadOnlyList<ReportedRun> runs) => new(
        "settings", "Settings, as asked and as used", ["", .. runs.Select(run => run.IsOnly ? "this run" : run.Letter)],
        [.. _rows.Select(row =>
        {
            string? css = row.IsRequested && Differ(runs, row.Show) ? "differs" : null;
            return (Cell[])[new Cell(row.Name), .. runs.Select(run => new Cell(row.Show(run), null, css))];
        })]);

    /// <summary>The names of the settings in which runs differ, so that figures are compared only where they can be.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<ReportedRun> runs) =>
        [.. _rows.Where(row => row.IsRequested && Differ(runs, row.Show)).Select(row => row.Name)];

    private static bool Differ(IReadOnlyList<ReportedRun> runs, Func<ReportedRun, string> show) => runs.Select(show).Distinct().Count() > 1;

    private static double PlannedPerSecond(BenchResult result) =>
        result.Duration > TimeSpan.Zero ? Math.Round(result.Totals.Planned / result.Duration.TotalSeconds, 3) : 0;
}
