namespace SumSocket.Reports.Merging;

/// <summary>Adds up results of benches that ran at the same time, as if one had measured it all: histograms bucket by bucket, so that
/// percentiles are those of all samples together.</summary>
internal static class BenchMerge
{
    private const int MostHosts = 3; // that are named

    /// <summary>Adds up two results or more, which <see cref="MergeCheck"/> has let through. Names must differ.</summary>
    public static (RunInfo Setting, BenchResult Result) Add(IReadOnlyList<RecordedBench> runs)
    {
        BenchResult[] all = [.. runs.Select(run => run.Result)];
        DateTimeOffset origin = all.Min(result => result.StartedAt);
        BenchOptions options = Add([.. all.Select(result => result.Options)]);
        BenchPart[] parts = [.. runs.SelectMany(PartsOf)];
        BenchOutage[] outages = [.. runs.SelectMany(run => OutagesOf(run, run.Result.StartedAt - origin)).OrderBy(outage => outage.Start)];
        LatencySummary? corrected = Add(all.Select(result => result.Corrected), options);
        LatencySummary uncorrected = Add(all.Select(result => result.Uncorrected), options)!;
        LatencySummary times = corrected ?? uncorrected;
        BenchCounts totals = Add(all.Select(result => result.Totals));
        (double throughput, long outageCount) = (all.Sum(result => result.Throughput), all.Sum(result => result.OutageCount));
        long? opened = all.Any(result => result.ConnectionsOpened is null) ? null : all.Sum(result => result.ConnectionsOpened);
        BenchResult merged = new()
        {
            Options = options,
            StartedAt = origin,
            End = all.Any(result => result.End == BenchEnd.Interrupted) ? BenchEnd.Interrupted : BenchEnd.Complete,
            Duration = all.Max(result => result.Duration),
            Totals = totals,
            Warmup = Add(all.Select(result => result.Warmup)),
            Throughput = throughput,
            Corrected = corrected,
            Uncorrected = uncorrected,
            Lag = Add(all.Select(result => result.Lag), options),
            Series = SeriesMerge.Add(all, origin, options),
            Outages = [.. outages.Take(OutageTable.Kept)],
            OutageCount = outageCount,
            ConnectionsMade = all.Sum(result => result.ConnectionsMade),
            ConnectionsOpened = opened,
            NotOpened = [.. all.SelectMany(result => result.NotOpened).GroupBy(one => one.Key, one => one.Value)
                .Select(one => KeyValuePair.Create(one.Key, one.Sum()))],
            Violations = all.Sum(result => result.Violations),
            ConnectionsLost = all.Sum(result => result.ConnectionsLost),
            ConnectsFailed = all.Sum(result => result.ConnectsFailed),
            Connects = Add([.. all.Select(result => result.Connects).OfType<BenchConnects>()], options),
            Path = [.. all.SelectMany(result => result.Path).GroupBy(one => one.Name).Select(Add)],
            Thresholds =
                [.. options.Thresholds.Select(one => one.Evaluate(times.Histogram!, totals, throughput, outageCount, opened))],
            Parts = parts,
        };
        return (Describe(runs, parts), merged);
    }

    /// <summary>The single results that a result consists of; itself, when it was not added up.</summary>
    public static IReadOnlyList<BenchPart> PartsOf(RecordedBench run) => run.Result is { Parts: { Count: > 0 } parts } ? parts :
    [
        new BenchPart(
            run.Name, run.Setting.Host, run.Result.StartedAt, run.Result.Duration, run.Result.Totals.Planned,
            run.Result.Uncorrected.Histogram?.Sum ?? default, run.Result.Throughput),
    ];

    private static BenchOptions Add(BenchOptions[] all) => all[0] with
    {
        Connections = (int)Math.Min(int.MaxValue, all.Sum(one => (long)one.Connections)),
        Pipeline = all.Max(one => one.Pipeline),
        Rate = all.Sum(one => one.Rate),
        Requests = all.All(one => one.Requests is not null) ? all.Sum(one => one.Requests) : null,
        Duration = all.Max(one => one.Duration),
        Interval = all.Max(one => one.Interval),
        Thresholds = [.. all.SelectMany(one => one.Thresholds).DistinctBy(threshold => threshold.Text)],
        StartAt = all.All(one => one.StartAt == all[0].StartAt) ? all[0].StartAt : null,
    };

    private static BenchCounts Add(IEnumerable<BenchCounts> all) => all.Aggregate((sum, one) => sum.Plus(one));

    private static LatencySummary? Add(IEnumerable<LatencySummary?> all, BenchOptions options)
    {
        Histogram sum = new();
        foreach (LatencySummary? times in all)
        {
            if (times is null)
                return null; // a closed loop
            sum.Merge(times.Histogram!);
        }

        return LatencySummary.Of(sum, options.Percentiles);
    }

    private static BenchConnects? Add(BenchConnects[] all, BenchOptions options) => all.Length == 0 ? null : new BenchConnects(
        all.Sum(one => one.Made), all.Sum(one => one.PerSecond), all.Sum(one => one.Failed),
        Add(all.Select(one => one.Connect), options)!, Add(all.Select(one => one.FirstAnswer), options)!);

    /// <summary>The median of all connections cannot be had from those of the parts; it is among them, as is their median.</summary>
    private static Spread Add(IGrouping<string, Spread> all) => Spread.Of(all.Key, all.Select(one => one.Median)) with
    {
        Min = all.Min(one => one.Min),
        Max = all.Max(one => one.Max),
        Sum = all.Sum(one => one.Sum),
    };

    private static IEnumerable<BenchOutage> OutagesOf(RecordedBench run, TimeSpan after) => run.Result.Outages.Select(outage =>
        outage with { Start = outage.Start + after, Source = outage.Source ?? run.Name });

    private static RunInfo Describe(IReadOnlyList<RecordedBench> runs, IReadOnlyList<BenchPart> parts)
    {
        string[] hosts = [.. parts.Select(part => part.Host).Distinct()];
        RunInfo first = runs[0].Setting;
        return first with
        {
            Version = Join(setting => setting.Version),
            Address = Join(setting => setting.Address),
            Runtime = Join(setting => setting.Runtime),
            System = Join(setting => setting.System),
            Architecture = Join(setting => setting.Architecture),
            Host = hosts.Length > MostHosts ? Figures.Invariant($"{hosts.Length} hosts") : string.Join(", ", hosts),
            // of one machine only once
            Processors = (int)Math.Min(
                int.MaxValue, runs.DistinctBy(run => run.Setting.Host).Sum(run => (long)run.Setting.Processors)),
        };

        string Join(Func<RunInfo, string> read) => string.Join(", ", runs.Select(run => read(run.Setting)).Distinct());
    }
}
