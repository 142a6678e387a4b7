using System.Globalization;

namespace SumSocket.Measurement.Storm;

/// <summary>What a storm means, in sentences that a person acts on.</summary>
internal static class StormVerdict
{
    /// <summary><c>1,312</c>.</summary>
    public static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary><c>0.41 s</c>; <c>12.3 ms</c> below a tenth of a second.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds < 0.1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    /// <summary>When they were back, and then what to do about what stood in the way.</summary>
    public static IReadOnlyList<string> Of(StormResult result) => result switch
    {
        { Failure: { } failure } => [failure],
        { All: { } all } => [Summary(result, all), .. Advice(all.Counts)],
        _ => ["stopped before the connections were cut"],
    };

    private static string Summary(StormResult result, StormRound all)
    {
        StormRound last = result.Rounds[^1];
        string latest = result.Rounds.Count > 1 ? " at the latest" : "";
        string half = all.TimeUntil(50) is { } time ? $"half after {Time(time)}" : "not even half";
        string text = last switch
        {
            { IsComplete: true } =>
                $"all {Count(last.Clients)} were back after {Time(all.Times[^1])}{latest} ({half})",
            { IsInterrupted: true } =>
                $"stopped {Time(last.Duration)} after the cut with {Count(last.NotBack)} of {Count(last.Cut)} not back",
            { NotBack: 0 } => $"all {Count(last.Cut)} that lost their connection were back after {Time(last.Times[^1])} ({half}), "
                + $"and {Count(last.Clients - last.Cut)} never lost it",
            _ => $"{Count(last.NotBack)} of {Count(last.Cut)} were not back {Time(last.Duration)} after the cut ({half})",
        };
        if (result.Rounds.Count > 1)
            text = last.IsComplete ? $"in each of {result.Rounds.Count} rounds {text}" : $"in round {result.Rounds.Count}, {text}";
        string failures = all.Counts.DescribeFailures();
        string attempts = all.Counts.Attempts == 1 ? "attempt" : "attempts";
        return $"{text}, with {Count(all.Counts.Attempts)} {attempts}{(failures.Length > 0 ? ": " : "")}{failures}";
    }

    private static IEnumerable<string> Advice(StormCounts counts)
    {
        if (counts.SynRetries > 0)
            yield return $"{Count(counts.SynRetries.Value)} SYN were sent again, each client's first after a second: the server's accept "
                + "queue was full, or packets were lost; raise --backlog and net.core.somaxconn";
        if (counts[StormOutcome.Busy] > 0)
            yield return "the server was at its limit of connections: raise --max-connections";
        if (counts[StormOutcome.NoPort] > 0)
            yield return "this machine has no local port left for that server: it has 28,232 by default, and one that was closed in order "
                + "stays taken for a minute (TIME_WAIT); use --cut rst, fewer connections, or a wider net.ipv4.ip_local_port_range";
        if (counts[StormOutcome.NoFile] > 0)
            yield return "this process or machine has no file descriptor left: raise ulimit -n";
        if (counts[StormOutcome.Wrong] > 0)
            yield return "the server gave wrong sums";
    }
}
