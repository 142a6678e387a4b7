namespace SumSocket.Reports.Page;

/// <summary>The tables of the page but that of the settings.</summary>
internal static class Tables
{
    // More rows are not read, and make the page slow to open; the JSON has them all.
    private const int MaxIntervals = 1000;

    public static Table Thresholds(IReadOnlyList<ReportedRun> runs)
    {
        return new Table(
            "thresholds", "Thresholds", ["Threshold", "Limit", "Measured", "Verdict"],
            [.. runs.SelectMany(run => run.Result.Thresholds.Select(result => Row(run, result)))]);

        static Cell[] Row(ReportedRun run, ThresholdResult result) =>
        [
            new Cell($"{run.Prefix}{result.Threshold.Text}"),
            Show(result.Threshold, result.Threshold.Limit),
            Show(result.Threshold, result.Actual),
            Cell.Kept(result.IsMet),
        ];

        static Cell Show(Threshold threshold, double? value) => threshold switch
        {
            { IsTime: true } => Cell.Time(value * 1e6) with { Value = value is { } seconds ? Math.Round(seconds * 1e6, 6) : null },
            { Figure: ThresholdMetric.Throughput } => Cell.Rate(value),
            { IsPercent: true } => Cell.Percent(value),
            _ => Cell.Count(value),
        };
    }

    /// <summary>Writes the intervals of one run in figures, folded: the charts for those who read tables.</summary>
    public static void WriteSeries(HtmlWriter page, ReportedRun run)
    {
        OutcomeClass[] failures = [.. OutcomeClass.Failures.Where(one => run.Result.Totals[one.Outcome] > 0)];
        IReadOnlyList<double> percents = run.Options.Percentiles;
        bool hasConnects = run.Result.Connects is not null;
        string[] heads =
        [
            "From", "to", "right sums", "a second", .. failures.Select(one => one.Name), "samples", "mean",
            .. percents.Select(Figures.Percentile), "longest", .. hasConnects ? (string[])["connects a second"] : [],
        ];
        string cut = run.Series.Count > MaxIntervals ? $", the first {Figures.Count(MaxIntervals)}" : "";
        using (page.Open("details"))
        {
            page.Element("summary", $"{run.Prefix}{Figures.Count(run.Series.Count, "interval")} in figures{cut}");
            new Table($"series-{run.Letter}", $"{run.Prefix}intervals", heads, [.. run.Series.Take(MaxIntervals).Select(Row)]).Write(page);
        }

        Cell[] Row(BenchInterval interval) =>
        [
            new Cell(Figures.Seconds(interval.Start)), Cell.Seconds(interval.End),
            Cell.Count(interval.Counts.Ok), Cell.Rate(interval.Throughput),
            .. failures.Select(one => Cell.Count(interval.Counts[one.Outcome])), Cell.Count(interval.Count), Cell.Time(interval.Mean),
            .. percents.Select(percent => Cell.Time(interval.Percentiles.At(percent))), Cell.Time(interval.Max),
            .. hasConnects ? (Cell[])[Cell.Rate(interval.ConnectsPerSecond)] : [],
        ];
    }

    /// <summary>The times of each run: from when due, from when sent, and how late the generator was.</summary>
    public static Table Times(IReadOnlyList<ReportedRun> runs)
    {
        RunTimes[] columns = [.. runs.SelectMany(Columns)];
        double[] percents = [.. columns.SelectMany(column => column.Times.Percentiles).Select(one => one.Percent).Distinct().Order()];
        return new Table("times", "Times", ["", .. columns.Select(column => column.Name)],
        [
            Row("samples", times => Cell.Count(times.Count)),
            Row("shortest", times => Cell.Time(times.Min)),
            Row("mean", times => Cell.Time(times.Mean)),
            Row("standard deviation", times => Cell.Time(times.StandardDeviation)),
            .. percents.Select(percent => Row(Figures.Percentile(percent), times => Percentile(times, percent))),
            Row("longest", times => Cell.Time(times.Max)),
        ]);

        Cell[] Row(string name, Func<LatencySummary, Cell> read) => [new Cell(name), .. columns.Select(column => read(column.Times))];

        static Cell Percentile(LatencySummary times, double percent) =>
            times.Percentiles.Any(one => one.Percent == percent) ? Cell.Time(times.Percentiles.At(percent)) : new Cell("");

        static RunTimes[] Columns(ReportedRun run) =>
        [
            .. run.Times,
            .. run.Result.Lag is { } lag ? (RunTimes[])[new RunTimes($"{run.Prefix}lag of the generator", "", lag)] : [],
            .. run.ConnectTimes,
        ];
    }

    /// <summary>The outcomes of the planned requests.</summary>
    public static Table Outcomes(IReadOnlyList<ReportedRun> runs)
    {
        List<Cell[]> rows =
        [
            Row("planned", counts => counts.Planned),
            .. OutcomeClass.All.Select(one => Row($"{one.Name}: {one.Meaning}", counts => counts[one.Outcome])),
            Row("sent", counts => counts.Sent),
        ];
        if (runs.Any(run => run.Options.IsOpenLoop))
            rows.Add(Row("late: sent more than 1 ms after due", counts => counts.Late));
        if (runs.Any(run => run.Result.Totals.Retried + run.Result.Warmup.Retried > 0))
            rows.Add(Row("retried: sent again, since the server closed the connection", counts => counts.Retried));
        IEnumerable<string> heads =
            runs.SelectMany(run => (string[])[$"{run.Prefix}requests", $"{run.Prefix}share", $"{run.Prefix}in the warm-up"]);
        return new Table("outcomes", "Requests by outcome", ["", .. heads], rows);

        Cell[] Row(string name, Func<BenchCounts, long> read) => [new Cell(name), .. runs.SelectMany(run => Cells(run.Result, read))];

        static Cell[] Cells(BenchResult result, Func<BenchCounts, long> read)
        {
            long count = read(result.Totals);
            double? share = result.Totals.Planned == 0 ? null : 100.0 * count / result.Totals.Planned;
            return [Cell.Count(count), Cell.Percent(share), Cell.Count(read(result.Warmup))];
        }
    }

    public static Table Outages(IReadOnlyList<ReportedRun> runs)
    {
        bool isCut = runs.Any(run => run.Result.OutageCount > run.Result.Outages.Count);
        return new Table(
            "outage-table", isCut ? "Outages, the first ones" : "Outages",
            ["Began at", "Noticed by", "First answer after", "All answered after", "Connections", "Requests lost"],
            [.. runs.SelectMany(run => run.Result.Outages.Select(outage => Row(run, outage)))]);

        static Cell[] Row(ReportedRun run, BenchOutage outage) =>
        [
            new Cell($"{run.Prefix}{Figures.Seconds(outage.Start)}"),
            new Cell(outage.Source is { } source ? $"{outage.NoticedBy} ({source})" : outage.NoticedBy),
            SecondsOrNever(outage.FirstAnswer), SecondsOrNever(outage.Duration), Cell.Count(outage.Connections), Cell.Count(outage.Lost),
        ];

        static Cell SecondsOrNever(TimeSpan? time) => time is null ? new Cell("never", null, Cell.Figure) : Cell.Seconds(time);
    }

    public static Table Connections(IReadOnlyList<ReportedRun> runs)
    {
        return new Table("connections", "Connections", ["", .. runs.Select(run => run.IsOnly ? "number" : run.Letter)],
        [
            Row("asked for", result => result.Options.Connections),
            .. runs.Any(run => run.Result.HasTooFewConnections) ? [Row("opened", result => result.ConnectionsOpened)] : (Cell[][])[],
            Row("made", result => result.ConnectionsMade),
            Row("lost", result => result.ConnectionsLost),
            .. runs.Any(run => run.Result.Violations > 0)
                ? [Row("of them since the server broke the protocol", result => result.Violations)] : (Cell[][])[],
            Row("attempts that failed", result => result.ConnectsFailed),
            Row("outages", result => result.OutageCount),
            .. runs.Any(run => run.Result.Connects is not null) ? Connects() : [],
        ]);

        Cell[] Row(string name, Func<BenchResult, long?> read) => [new Cell(name), .. runs.Select(run => Cell.Count(read(run.Result)))];

        Cell[][] Connects() =>
        [
            ConnectRow("connects in the measured time", connects => Cell.Count(connects.Made)),
            ConnectRow("the same a second", connects => Cell.Rate(connects.PerSecond)),
            ConnectRow("of its attempts failed", connects => Cell.Count(connects.Failed)),
        ];

        Cell[] ConnectRow(string name, Func<BenchConnects, Cell> show) =>
            [new Cell(name), .. runs.Select(run => run.Result.Connects is { } connects ? show(connects) : new Cell(""))];
    }

    /// <summary>Transport counters of the kernel and the clients, over all connections.</summary>
    public static Table TransportCounters(IReadOnlyList<ReportedRun> runs)
    {
        IEnumerable<Cell[]> rows =
            from name in runs.SelectMany(run => run.Result.Path).Select(figure => figure.Name).Distinct()
            from run in runs
            let figure = run.Result.Path.FirstOrDefault(figure => figure.Name == name)
            where figure is not null
            select Row($"{run.Prefix}{name}", figure);
        return new Table("path", "Connections at the end", ["", "least", "median", "greatest", "all together"], [.. rows]);

        static Cell[] Row(string name, Spread figure)
        {
            bool isTime = figure.Name.EndsWith("_us", StringComparison.Ordinal);
            Func<double?, Cell> show = isTime ? Cell.Time : Cell.Count;
            // A level, such as a round trip time, makes no sense to add up; a count does.
            bool isLevel = isTime || figure.Name.EndsWith("_bytes", StringComparison.Ordinal)
                || figure.Name.StartsWith("cwnd", StringComparison.Ordinal);
            Cell sum = isLevel ? new Cell("") : show(figure.Sum);
            return [new Cell(name, null, "code"), show(figure.Min), show(figure.Median), show(figure.Max), sum];
        }
    }
}

/// <summary>The settings requested, what they became, and where the run took place.</summary>
internal static class SettingTable
{
    private const string Server = "server";
    private const string PerConnection = "requests on each";

    // Those that were requested are compared; the others follow from the run.
    private static readonly (string Name, bool IsRequested, Func<ReportedRun, string> Show)[] _rows =
    [
        (Server, true, run =>
            $"{run.Setting.Transport} {run.Setting.Address}{(run.Setting.IsLoopback ? ", inside the client's process" : "")}"),
        ("connections", true, run => Figures.Count(run.Options.Connections)),
        ("requests under way on each", true, run => Figures.Count(run.Options.Pipeline)),
        (PerConnection, true, run => run.Options.RequestsPerConnection is { } count ? Figures.Count(count) : "no limit"),
        ("loop", true, run => run.Options.IsOpenLoop ? "open: on a schedule" : "closed: the next when the last is answered"),
        ("rate asked for", true, run => run.Options.IsOpenLoop ? Figures.Rate(run.Options.Rate) : "as fast as answers come"),
        ("rate used", false, run => Figures.Rate(BenchJson.RateUsed(run.Result))),
        ("length asked for", true, run =>
            run.Options.Requests is { } requests ? Figures.Count(requests, "request") : Figures.Seconds(run.Options.Duration)),
        ("length used", false, run => Figures.Seconds(run.Result.Duration)),
        ("warm-up", true, run => Figures.Seconds(run.Options.Warmup)),
        ("ramp-up", true, run => Figures.Seconds(run.Options.RampUp)),
        ("interval of the series", true, run => Figures.Seconds(run.Options.Interval)),
        ("time-out of a request", true, run =>
            run.Options.RequestTimeout == Timeout.InfiniteTimeSpan ? "none" : Figures.Seconds(run.Options.RequestTimeout)),
        ("percentiles", true, run =>
            string.Join(", ", run.Options.Percentiles.Select(percent => Figures.Invariant($"{percent:0.######}")))),
        ("began", false, run => run.Result.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture)),
        ("program", true, run => $"{run.Setting.Program} {run.Setting.Version}"),
        ("runtime", true, run => run.Setting.Runtime),
        ("machine", true, run => run.Setting.Host),
        ("system", true, run => run.Setting.System),
        ("processors", true, run => $"{Figures.Count(run.Setting.Processors)} × {run.Setting.Architecture}"),
    ];

    public static Table Make(IReadOnlyList<ReportedRun> runs) => new(
        "settings", "Settings, as asked and as used", ["", .. runs.Select(run => run.IsOnly ? "this run" : run.Letter)],
        [.. _rows.Where(row => row.Name != PerConnection || runs.Any(run => run.Options.CountsConnects)).Select(row =>
        {
            string? css = row.IsRequested && Differ(runs, row.Show) ? "differs" : null;
            return (Cell[])[new Cell(row.Name), .. runs.Select(run => new Cell(row.Show(run), null, css))];
        })]);

    /// <summary>The names of the settings in which runs differ, so that figures are compared only where they can be. Not the server:
    /// another is what runs are compared for.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<ReportedRun> runs) =>
        [.. _rows.Where(row => row.IsRequested && row.Name != Server && Differ(runs, row.Show)).Select(row => row.Name)];

    private static bool Differ(IReadOnlyList<ReportedRun> runs, Func<ReportedRun, string> show) => runs.Select(show).Distinct().Count() > 1;
}
