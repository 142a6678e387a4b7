namespace SumSocket.Reports.Page;

/// <summary>Right sums a second, and the rate asked for.</summary>
internal static class ThroughputChart
{
    public static Chart Make(IReadOnlyList<ReportedRun> runs, TimeGrid grid)
    {
        double top = runs.Max(
            run => Math.Max(run.Result.Options.Rate, run.Series.Select(interval => interval.Throughput).DefaultIfEmpty().Max()));
        Axis y = Axis.Linear(top, Figures.Rate);
        return new Chart
        {
            Id = "throughput",
            Title = "Throughput",
            Summary = string.Join(' ', runs.Select(Sum)),
            X = grid.X,
            Y = y,
            Bands = grid.Outages(),
            Areas = [.. runs.Where(run => run.IsOnly).Select(run => new ChartPath($"below {run.Css}", PathData.Below(Steps(run)), null))],
            Lines =
            [
                .. runs.Where(run => run.Result.Options.IsOpenLoop).Select(run => new ChartPath(
                    $"line asked {run.Css}", PathData.Through([(0, Asked(run)), (grid.X.Position(run.Result.Duration.TotalSeconds), Asked(run))]),
                    $"{run.Prefix}rate asked for")),
                .. runs.Select(run => new ChartPath($"line tail {run.Css}", PathData.Steps(Steps(run)), $"{run.Prefix}right sums a second")),
            ],
            Hits = grid.Hits((run, interval) => $"{Figures.Rate(interval.Throughput)}, {Figures.Count(interval.Counts.Ok)} right sums"),
        };

        double Asked(ReportedRun run) => y.Position(run.Result.Options.Rate);

        IEnumerable<(double From, double To, double? Value)> Steps(ReportedRun run) =>
            grid.Steps(run, interval => y.Position(interval.Throughput));
    }

    private static string Sum(ReportedRun run)
    {
        double[] rates = [.. run.Series.Select(interval => interval.Throughput)];
        string range = rates.Length == 0 ? "" : $", in single intervals {Figures.Rate(rates.Min())} to {Figures.Rate(rates.Max())}";
        string asked = run.Result.Options.IsOpenLoop ? $"; asked for: {Figures.Rate(run.Result.Options.Rate)}" : "";
        return $"{run.Prefix}{Figures.Rate(run.Result.Throughput)} over all{range}{asked}.";
    }
}

/// <summary>Percentiles and the longest time of each interval.</summary>
internal static class LatencyChart
{
    public static Chart Make(IReadOnlyList<ReportedRun> runs, TimeGrid grid)
    {
        double[] all = [.. runs.SelectMany(run => run.Series.SelectMany(interval => Values(run, interval))).OfType<double>()];
        Axis y = Axis.LogTime(all.Length == 0 ? 1 : all.Min(), all.Length == 0 ? 10 : all.Max());
        return new Chart
        {
            Id = "latency",
            Title = "Latency",
            Summary = string.Join(' ', runs.Select(Sum)),
            X = grid.X,
            Y = y,
            Bands = grid.Outages(),
            Lines = [.. runs.SelectMany(Lines)],
            Hits = grid.Hits(Tell),
        };

        IEnumerable<ChartPath> Lines(ReportedRun run)
        {
            yield return Line(run, "longest", "longest", interval => interval.Max?.TotalMicroseconds);
            if (run.Tail is { } tail)
                yield return Line(run, "tail", Figures.Percentile(tail), interval => ReportedRun.Read(interval, tail));
            if (run.Middle is { } middle)
                yield return Line(run, "middle", Figures.Percentile(middle), interval => ReportedRun.Read(interval, middle));
        }

        ChartPath Line(ReportedRun run, string css, string name, Func<BenchInterval, double?> read) => new(
            $"line {css} {run.Css}",
            PathData.Steps(grid.Steps(run, interval => read(interval) is { } time ? y.Position(time) : null)),
            $"{run.Prefix}{name}");
    }

    private static double?[] Values(ReportedRun run, BenchInterval interval) =>
        [interval.Max?.TotalMicroseconds, ReportedRun.Read(interval, run.Tail), ReportedRun.Read(interval, run.Middle)];

    private static string Tell(ReportedRun run, BenchInterval interval)
    {
        IEnumerable<string> percentiles = ((double?[])[run.Middle, run.Tail]).OfType<double>()
            .Select(percent => $"{Figures.Percentile(percent)} {Figures.Time(ReportedRun.Read(interval, percent))}, ");
        return $"{string.Concat(percentiles)}longest {Figures.Time(interval.Max)} (n={Figures.Count(interval.Count)})";
    }

    private static string Sum(ReportedRun run)
    {
        string from = run.Result.Options.IsOpenLoop ? "from when a request was due" : "from when a request was sent";
        if (run.Series.MaxBy(interval => interval.Max ?? TimeSpan.Zero) is not { Max: { } longest } worst)
            return $"{run.Prefix}no times at all.";
        string percentiles = string.Concat(((double?[])[run.Middle, run.Tail]).OfType<double>().Select(percent => Range(run, percent)));
        return $"{run.Prefix}{from}: {percentiles}the longest {Figures.Time(longest)}, between {Figures.Seconds(worst.Start)} and {Figures.Seconds(worst.End)}.";
    }

    private static string Range(ReportedRun run, double percent)
    {
        double[] values = [.. run.Series.Select(interval => ReportedRun.Read(interval, percent)).OfType<double>()];
        return values.Length == 0 ? "" : $"{Figures.Percentile(percent)} from {Figures.Time(values.Min())} to {Figures.Time(values.Max())}, ";
    }
}

/// <summary>What went wrong in each interval of one run, by class.</summary>
internal static class FailureChart
{
    // About two pixels: a single failure among thousands must be seen.
    private const double Least = 0.015;

    /// <summary>Makes it; null when nothing went wrong.</summary>
    public static Chart? Make(ReportedRun run, TimeGrid grid)
    {
        BenchResult result = run.Result;
        if (run.Series.All(interval => interval.Counts.Failed == 0))
            return null;
        Axis y = Axis.Linear(run.Series.Max(interval => interval.Counts.Failed), Figures.Count, isWhole: true);
        return new Chart
        {
            Id = run.IsOnly ? "failures" : $"failures-{run.Letter}",
            Title = run.IsOnly ? "Requests without the right sum" : $"Requests without the right sum: {run.Letter}",
            Summary = $"{Figures.Count(result.Totals.Failed)} of {Figures.Count(result.Totals.Planned)} requests "
                + $"({Figures.Percent(result.Totals.FailedPercent)}): {List(result.Totals)}.",
            X = grid.X,
            Y = y,
            Bands = [.. grid.Outages().Where(band => band.Css.EndsWith(run.Css, StringComparison.Ordinal))],
            Areas =
            [
                .. OutcomeClass.Failures.Where(one => result.Totals[one.Outcome] > 0).Select(one => new ChartPath(
                    $"bar {one.Css}", PathData.Boxes(run.Series.Where(interval => interval.Counts[one.Outcome] > 0).Select(interval => Box(interval, one))),
                    one.Name)),
            ],
            Hits = grid.Hits((told, interval) => told == run ? List(interval.Counts) : null),
            IsLow = true,
        };

        (double From, double To, double Bottom, double Top) Box(BenchInterval interval, OutcomeClass one)
        {
            double bottom = OutcomeClass.Failures.TakeWhile(below => below != one).Sum(below => Height(interval, below));
            return (grid.At(interval.Start), grid.At(interval.End), bottom, bottom + Height(interval, one));
        }

        double Height(BenchInterval interval, OutcomeClass one) =>
            interval.Counts[one.Outcome] is > 0 and var count ? Math.Max(y.Position(count), Least) : 0;
    }

    private static string List(BenchCounts counts) =>
        counts.Failed == 0 ? "none" : OutcomeClass.Describe(counts, count => Figures.Count(count));
}

/// <summary>Outages: a lane for each run.</summary>
internal static class OutageChart
{
    /// <summary>Makes it; null when there were none.</summary>
    public static Chart? Make(IReadOnlyList<ReportedRun> runs, TimeGrid grid)
    {
        if (runs.All(run => run.Result.Outages.Count == 0))
            return null;
        double lane = 1.0 / runs.Count;
        return new Chart
        {
            Id = "outages",
            Title = "Outages",
            Summary = string.Join(' ', runs.Select(Sum)),
            X = grid.X,
            Y = Axis.Lanes([.. runs.Select(run => run.IsOnly ? "" : run.Letter)]),
            Areas =
            [
                .. runs.Where(run => run.Result.Outages.Count > 0).Select(run => new ChartPath(
                    $"bar gone {run.Css}",
                    PathData.Boxes(run.Result.Outages.Select(outage => grid.Span(run, outage))
                        .Select(span => (span.From, span.To, 1 - lane * (run.Index + 0.85), 1 - lane * (run.Index + 0.15)))),
                    null)),
            ],
            Hits = grid.Hits(Tell),
            IsLow = true,
        };
    }

    private static string? Tell(ReportedRun run, BenchInterval interval)
    {
        string[] lines =
        [
            .. run.Result.Outages
                .Where(outage => outage.Start < interval.End && (outage.Duration is null || outage.Start + outage.Duration >= interval.Start))
                .Take(5).Select(outage => $"{outage.NoticedBy}, {Length(outage)}, {Figures.Count(outage.Lost)} requests lost"),
        ];
        return lines.Length == 0 ? null : string.Join('\n', lines);
    }

    private static string Sum(ReportedRun run) => run.Result.Outages switch
    {
        [] => $"{run.Prefix}none.",
        [var only] => $"{run.Prefix}one, at {Figures.Seconds(only.Start)}: {only.NoticedBy}, {Length(only)}.",
        var several => $"{run.Prefix}{Figures.Count(run.Result.OutageCount)}, the first at {Figures.Seconds(several[0].Start)}: {several[0].NoticedBy}.",
    };

    private static string Length(BenchOutage outage) =>
        outage.Duration is null ? "not over by the end" : $"{Figures.Seconds(outage.Duration)} until all had answered again";
}
