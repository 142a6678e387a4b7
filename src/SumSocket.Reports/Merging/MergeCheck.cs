using SumSocket.Cli;
using SumSocket.Cli.Options;
using SumSocket.Cli.Terminal;

namespace SumSocket.Reports.Merging;

/// <summary>What keeps results from being added up, and what a reader of the sum must know.</summary>
internal static class MergeCheck
{
    private const double EnoughOverlap = 0.95;
    private const long MostRequests = 1_000_000_000_000_000; // of a result: the sum of a thousand still fits

    // What must be the same: its name, and how to read it.
    private static readonly (string Name, Func<RecordedBench, string> Read)[] _same =
    [
        ("transport", run => run.Setting.Transport),
        ("loop", run => run.Result.Options.IsOpenLoop ? "open (--rate)" : "closed"),
        ("--requests-per-connection", run =>
            run.Result.Options.RequestsPerConnection is { } count ? Figures.Invariant($"{count}") : "none"),
    ];

    // What may differ, and then is reported.
    private static readonly (string Name, Func<RecordedBench, string> Read)[] _alike =
    [
        ("address", run => run.Setting.Address),
        ("version", run => run.Setting.Version),
        ("duration", run => TextFigures.Seconds(run.Result.Options.Requests is null ? run.Result.Options.Duration : run.Result.Duration)),
        ("--warmup", run => Text(run.Result.Options.Warmup)),
        ("--ramp-up", run => Text(run.Result.Options.RampUp)),
        ("--pipeline", run => Figures.Invariant($"{run.Result.Options.Pipeline}")),
        ("--interval", run => Text(run.Result.Options.Interval)),
        ("--timeout", run => Text(run.Result.Options.RequestTimeout)),
        ("--percentiles", run => new PercentileList(run.Result.Options.Percentiles).ToString()),
        ("--threshold", run => string.Join(" ", run.Result.Options.Thresholds.Select(one => one.Text).Order(StringComparer.Ordinal))),
    ];

    /// <summary>Refuses what cannot be added, in one line.</summary>
    public static void Refuse(IReadOnlyList<RecordedBench> runs)
    {
        foreach (RecordedBench run in runs)
        {
            BenchResult result = run.Result;
            if (result.End == BenchEnd.Unreachable)
                throw Wrong(run, "never reached its server: leave it out");
            if (!TimesOf(result).All(times => times.Histogram is not null))
                throw Wrong(run, "has no histograms: it is of a version whose results cannot be added up");
            if (result.Totals.Planned > MostRequests || TimesOf(result).Any(times => times.Count > MostRequests))
                throw Wrong(run, "has counts that are too large to add up");
        }

        foreach ((string name, Func<RecordedBench, string> read) in _same)
        {
            if (Differences(runs, name, read) is { } differences)
                throw new CommandFailedException(ExitCode.Usage, $"report: cannot be added up: {differences}");
        }

        HashSet<(string, DateTimeOffset, long, TimeSpan)> seen = [];
        foreach (RecordedBench run in runs)
        {
            if (BenchMerge.PartsOf(run).Any(part => !seen.Add((part.Host, part.StartedAt, part.Planned, part.Sum))))
                throw Wrong(run, "holds a measurement that another of the results holds too: give each only once");
        }
    }

    /// <summary>What limits the sum, a line each.</summary>
    public static IEnumerable<string> Notes(IReadOnlyList<RecordedBench> runs)
    {
        foreach ((string name, Func<RecordedBench, string> read) in _alike)
        {
            if (Differences(runs, name, read) is { } differences)
                yield return differences;
        }

        BenchPart[] parts = [.. runs.SelectMany(BenchMerge.PartsOf)];
        (BenchPart first, BenchPart last) = (parts.MinBy(part => part.StartedAt)!, parts.MaxBy(part => part.StartedAt)!);
        TimeSpan whole = parts.Max(part => part.StartedAt + part.Duration) - first.StartedAt;
        TimeSpan together = parts.Min(part => part.StartedAt + part.Duration) - last.StartedAt;
        if (together < whole * EnoughOverlap)
        {
            yield return $"all were measured together for {TextFigures.Seconds(together > TimeSpan.Zero ? together : default)} of "
                + $"{TextFigures.Seconds(whole)} ({Named(last.Name)} began {TextFigures.Seconds(last.StartedAt - first.StartedAt)} after "
                + $"{Named(first.Name)}): throughput and rate are sums of what was not reached at one time";
        }

        if (runs.FirstOrDefault(run => run.Result.Series.Any(one => one is { Histogram: null, Count: > 0 })) is { } without)
            yield return $"the series has no percentiles: {Named(without.Name)} was measured without --start-at";
    }

    private static IEnumerable<LatencySummary> TimesOf(BenchResult result) =>
        ((LatencySummary?[])
            [result.Corrected, result.Uncorrected, result.Lag, result.Connects?.Connect, result.Connects?.FirstAnswer])
        .OfType<LatencySummary>();

    /// <summary><c>--pipeline differs: 1 (a.json, b.json), 4 (c.json)</c>; null when it does not.</summary>
    private static string? Differences(IReadOnlyList<RecordedBench> runs, string name, Func<RecordedBench, string> read)
    {
        IGrouping<string, RecordedBench>[] groups = [.. runs.GroupBy(read)];
        return groups.Length == 1 ? null : $"{name} differs: " + string.Join(", ", groups.Select(group =>
            $"{(group.Key.Length == 0 ? "none" : Printable.Text(group.Key))} ({string.Join(", ", group.Select(run => Named(run.Name)))})"));
    }

    private static string Text(TimeSpan time) => new Duration(time == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : time).ToString();

    private static string Named(string name) => Printable.Text(name);

    private static CommandFailedException Wrong(RecordedBench run, string what) =>
        new(ExitCode.Usage, $"report: '{Named(run.Name)}' {what}");
}
