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

/// <summary>The intervals of one run in figures: the charts for those who read tables.</summary>
internal static class SeriesTable
{
    // More rows are not read, and make the page slow to open; the JSON has them all.
    private const int MaxRows = 1000;

    /// <summary>Writes it, folded.</summary>
    public static void Write(HtmlWriter page, ReportedRun run)
    {
        IReadOnlyList<BenchInterval> series = run.Result.Series;
        using (page.Open("details"))
        {
            string cut = series.Count > MaxRows ? $", the first {Figures.Count(MaxRows)}" : "";
            page.Element("summary", $"{run.Prefix}{Figures.Count(series.Count)} intervals in figures{cut}");
            Make(run).Write(page);
        }
    }

    private static Table Make(ReportedRun run)
    {
        OutcomeClass[] failures = [.. OutcomeClass.Failures.Where(one => run.Result.Totals[one.Outcome] > 0)];
        IReadOnlyList<double> percents = run.Result.Options.Percentiles;
        string[] heads =
        [
            "From", "to", "right sums", "a second", .. failures.Select(one => one.Name), "samples", "mean",
            .. percents.Select(Figures.Percentile), "longest",
        ];
        return new Table($"{run.Prefix}intervals", heads, run.Result.Series.Take(MaxRows).Select(Row)) { Id = $"series-{run.Letter}" };

        IReadOnlyList<Cell> Row(BenchInterval interval) =>
        [
            new Cell(Figures.Seconds(interval.Start)), Cell.Seconds(interval.End), Cell.Count(interval.Counts.Ok), Cell.Rate(interval.Throughput),
            .. failures.Select(one => Cell.Count(interval.Counts[one.Outcome])),
            Cell.Count(interval.Count), Cell.Time(interval.Mean),
            .. percents.Select(percent => Cell.Time(interval.Percentiles.FirstOrDefault(one => one.Percent == percent).Value)),
            Cell.Time(interval.Max),
        ];
    }
}

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
        string[] heads =
            [.. runs.SelectMany(run => (string[])[$"{run.Prefix}requests", $"{run.Prefix}share", $"{run.Prefix}in the warm-up"])];
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

/// <summary>The outages one by one.</summary>
internal static class OutageList
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

/// <summary>Transport counters of the kernel and the clients, over all connections.</summary>
internal static class TransportCounterTable
{
    /// <summary>Makes it; null when they tell nothing.</summary>
    public static Table? Make(IReadOnlyList<ReportedRun> runs)
    {
        string[] names = [.. runs.SelectMany(run => run.Result.Path).Select(figure => figure.Name).Distinct()];
        IReadOnlyList<Cell>[] rows =
        [
            .. from name in names
               from run in runs
               let figure = run.Result.Path.FirstOrDefault(figure => figure.Name == name)
               where figure is not null
               select Row($"{run.Prefix}{name}", figure),
        ];
        return rows.Length == 0 ? null : new Table("Connections at the end", ["", "least", "median", "greatest", "all together"], rows) { Id = "path" };
    }

    private static IReadOnlyList<Cell> Row(string name, Spread figure) =>
    [
        new Cell(name, null, "code"), Show(figure, figure.Min), Show(figure, figure.Median), Show(figure, figure.Max),
        IsLevel(figure.Name) ? Cell.Blank : Show(figure, figure.Sum),
    ];

    private static Cell Show(Spread figure, long value) =>
        figure.Name.EndsWith("_us", StringComparison.Ordinal) ? new Cell(Figures.Time(value), value, Cell.Figure) : Cell.Count(value);

    /// <summary>Whether it is a level, such as a round trip time, which it makes no sense to add up, and not a count.</summary>
    private static bool IsLevel(string name) =>
        name.EndsWith("_us", StringComparison.Ordinal) || name.EndsWith("_bytes", StringComparison.Ordinal)
        || name.StartsWith("cwnd", StringComparison.Ordinal);
}

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
