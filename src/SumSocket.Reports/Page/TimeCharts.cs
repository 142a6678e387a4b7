namespace SumSocket.Reports.Page;

/// <summary>The charts over time.</summary>
internal static class TimeCharts
{
    // About two pixels: a single failure among thousands must be seen.
    private const double LeastBar = 0.015;

    /// <summary>Right sums a second, and the rate requested.</summary>
    public static Chart Throughput(IReadOnlyList<ReportedRun> runs, TimeGrid grid)
    {
        double top = runs.Max(run => Math.Max(run.Options.Rate, Rates(run).DefaultIfEmpty().Max()));
        Axis y = Axis.Linear(top, Figures.Rate);
        return new Chart("throughput", "Throughput", string.Join(' ', runs.Select(Summarize)), grid.X, y)
        {
            Bands = grid.Outages(runs),
            Areas = [.. runs.Where(run => run.IsOnly).Select(run => new ChartPath($"below {run.Css}", PathData.Below(Steps(run)), null))],
            Lines = [.. runs.Where(run => run.Options.IsOpenLoop).Select(Requested), .. runs.Select(Reached)],
            Hits = grid.Hits((run, interval) => $"{Figures.Rate(interval.Throughput)}, {Figures.Count(interval.Counts.Ok)} right sums"),
        };

        static double[] Rates(ReportedRun run) => [.. run.Series.Select(interval => interval.Throughput)];

        (double From, double To, double? Value)[] Steps(ReportedRun run) => grid.Steps(run, interval => y.Position(interval.Throughput));

        ChartPath Reached(ReportedRun run) =>
            new($"line tail {run.Css}", PathData.Steps(Steps(run)), $"{run.Prefix}right sums a second");

        ChartPath Requested(ReportedRun run)
        {
            double rate = y.Position(run.Options.Rate);
            string path = PathData.Through([(0, rate), (grid.At(run.Result.Duration), rate)]);
            return new ChartPath($"line asked {run.Css}", path, $"{run.Prefix}rate asked for");
        }

        static string Summarize(ReportedRun run)
        {
            double[] rates = Rates(run);
            string range = rates.Length == 0 ? "" : $", in single intervals {Figures.Rate(rates.Min())} to {Figures.Rate(rates.Max())}";
            string requested = run.Options.IsOpenLoop ? $"; asked for: {Figures.Rate(run.Options.Rate)}" : "";
            return $"{run.Prefix}{Figures.Rate(run.Result.Throughput)} over all{range}{requested}.";
        }
    }

    /// <summary>Percentiles and the longest time of each interval.</summary>
    public static Chart Latency(IReadOnlyList<ReportedRun> runs, TimeGrid grid)
    {
        TimeSpan[] all = [.. runs.SelectMany(run => run.Series.SelectMany(interval => Times(run, interval))).OfType<TimeSpan>()];
        Axis y = all.Length == 0 ? Axis.LogTime(1, 10) : Axis.LogTime(all.Min().TotalMicroseconds, all.Max().TotalMicroseconds);
        return new Chart("latency", "Latency", string.Join(' ', runs.Select(Summarize)), grid.X, y)
        {
            Bands = grid.Outages(runs),
            Lines = [.. runs.SelectMany(Lines)],
            Hits = grid.Hits(Describe),
        };

        static IEnumerable<TimeSpan?> Times(ReportedRun run, BenchInterval interval) =>
            [.. run.Percents.Select(percent => interval.Percentiles.At(percent)), interval.Max];

        IEnumerable<ChartPath> Lines(ReportedRun run) =>
        [
            Line(run, "longest", "longest", interval => interval.Max),
            .. run.Percents.Reverse().Select(percent => Line(
                run, percent == run.Percents[0] ? "middle" : "tail", Figures.Percentile(percent),
                interval => interval.Percentiles.At(percent))),
        ];

        ChartPath Line(ReportedRun run, string css, string name, Func<BenchInterval, TimeSpan?> read) => new(
            $"line {css} {run.Css}",
            PathData.Steps(grid.Steps(run, interval => read(interval) is { } time ? y.Position(time.TotalMicroseconds) : null)),
            $"{run.Prefix}{name}");

        static string Describe(ReportedRun run, BenchInterval interval)
        {
            IEnumerable<string> percentiles =
                run.Percents.Select(percent => $"{Figures.Percentile(percent)} {Figures.Time(interval.Percentiles.At(percent))}, ");
            return $"{string.Concat(percentiles)}longest {Figures.Time(interval.Max)} (n={Figures.Count(interval.Count)})";
        }

        static string Summarize(ReportedRun run)
        {
            if (run.Series.MaxBy(interval => interval.Max ?? TimeSpan.Zero) is not { Max: { } longest } worst)
                return $"{run.Prefix}no times at all.";
            string from = run.Options.IsOpenLoop ? "from when a request was due" : "from when a request was sent";
            string percentiles = string.Concat(run.Percents.Select(percent => Range(run, percent)));
            string when = $"between {Figures.Seconds(worst.Start)} and {Figures.Seconds(worst.End)}";
            return $"{run.Prefix}{from}: {percentiles}the longest {Figures.Time(longest)}, {when}.";
        }

        static string Range(ReportedRun run, double percent)
        {
            TimeSpan[] times = [.. run.Series.Select(interval => interval.Percentiles.At(percent)).OfType<TimeSpan>()];
            string name = Figures.Percentile(percent);
            return times.Length == 0 ? "" : $"{name} from {Figures.Time(times.Min())} to {Figures.Time(times.Max())}, ";
        }
    }

    /// <summary>The failures in each interval of one run, by class; null when there are none.</summary>
    public static Chart? Failures(ReportedRun run, TimeGrid grid)
    {
        BenchCounts totals = run.Result.Totals;
        if (run.Series.All(interval => interval.Counts.Failed == 0))
            return null;
        Axis y = Axis.Linear(run.Series.Max(interval => interval.Counts.Failed), Figures.Count, isWhole: true);
        string id = run.IsOnly ? "failures" : $"failures-{run.Letter}";
        string title = $"Requests without the right sum{(run.IsOnly ? "" : $": {run.Letter}")}";
        string failed = $"{Figures.Count(totals.Failed)} of {Figures.Count(totals.Planned, "request")}";
        return new Chart(id, title, $"{failed} ({Figures.Percent(totals.FailedPercent)}): {List(totals)}.", grid.X, y)
        {
            Bands = grid.Outages(run),
            Areas = [.. OutcomeClass.Failures.Where(one => totals[one.Outcome] > 0).Select(Bars)],
            Hits = grid.Hits((other, interval) => other == run ? List(interval.Counts) : null),
            IsLow = true,
        };

        ChartPath Bars(OutcomeClass one)
        {
            IEnumerable<BenchInterval> affected = run.Series.Where(interval => interval.Counts[one.Outcome] > 0);
            return new ChartPath($"bar {one.Css}", PathData.Boxes(affected.Select(interval => Box(interval, one))), one.Name);
        }

        (double From, double To, double Bottom, double Top) Box(BenchInterval interval, OutcomeClass one)
        {
            double bottom = OutcomeClass.Failures.TakeWhile(below => below != one).Sum(below => Height(interval, below));
            return (grid.At(interval.Start), grid.At(interval.End), bottom, bottom + Height(interval, one));
        }

        double Height(BenchInterval interval, OutcomeClass one) =>
            interval.Counts[one.Outcome] is > 0 and var count ? Math.Max(y.Position(count), LeastBar) : 0;

        static string List(BenchCounts counts) =>
            counts.Failed == 0 ? "none" : OutcomeClass.Describe(counts, count => Figures.Count(count));
    }

    /// <summary>Outages, in a lane for each run; null when there are none.</summary>
    public static Chart? Outages(IReadOnlyList<ReportedRun> runs, TimeGrid grid)
    {
        ReportedRun[] affected = [.. runs.Where(run => run.Result.Outages.Count > 0)];
        if (affected.Length == 0)
            return null;
        Axis lanes = Axis.Lanes([.. runs.Select(run => run.IsOnly ? "" : run.Letter)]);
        return new Chart("outages", "Outages", string.Join(' ', runs.Select(Summarize)), grid.X, lanes)
        {
            Areas = [.. affected.Select(Bars)],
            Hits = grid.Hits(Describe),
            IsLow = true,
        };

        ChartPath Bars(ReportedRun run)
        {
            double lane = 1.0 / runs.Count;
            (double bottom, double top) = (1 - lane * (run.Index + 0.85), 1 - lane * (run.Index + 0.15));
            var boxes = grid.Outages(run).Select(band => (band.From, band.To, bottom, top));
            return new ChartPath($"bar gone {run.Css}", PathData.Boxes(boxes), null);
        }

        static string? Describe(ReportedRun run, BenchInterval interval)
        {
            string[] lines =
            [
                .. run.Result.Outages
                    .Where(one => one.Start < interval.End && (one.Duration is null || one.Start + one.Duration >= interval.Start)).Take(5)
                    .Select(one => $"{one.NoticedBy}, {Length(one)}, {Figures.Count(one.Lost, "request")} lost"),
            ];
            return lines.Length == 0 ? null : string.Join('\n', lines);
        }

        static string Summarize(ReportedRun run) => run.Prefix + run.Result.Outages switch
        {
            [] => "none.",
            [var only] => $"one, at {Figures.Seconds(only.Start)}: {only.NoticedBy}, {Length(only)}.",
            [var first, ..] => $"{Figures.Count(run.Result.OutageCount)}, the first at {Figures.Seconds(first.Start)}: {first.NoticedBy}.",
        };

        static string Length(BenchOutage outage) =>
            outage.Duration is null ? "not over by the end" : $"{Figures.Seconds(outage.Duration)} until all had answered again";
    }
}
