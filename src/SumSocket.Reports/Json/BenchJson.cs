namespace SumSocket.Reports.Json;

/// <summary>Writes results as JSON.</summary>
internal static class BenchJson
{
    /// <summary>Grows when a member changes its meaning or is removed, not when one is added.</summary>
    public const int SchemaVersion = 1;

    // Digits after the point of a percentage: one failure in a hundred thousand million still shows.
    public const int ShareDigits = 9;

    public static void WriteResult(Utf8JsonWriter json, BenchResult result, RunInfo setting, int exitCode) =>
        JsonSerializer.Serialize(json, Of(result, setting, exitCode), BenchContract.Result);

    /// <summary>Writes an interval as one object with its type.</summary>
    public static void WriteInterval(Utf8JsonWriter json, BenchInterval interval) =>
        JsonSerializer.Serialize(json, Of(interval) with { SchemaVersion = SchemaVersion, Type = "interval" }, BenchContract.Interval);

    /// <summary>The name of a percentile's member: <c>p99.9_us</c>.</summary>
    public static string NameOf(double percent) => $"{Figures.Percentile(percent)}_us";

    /// <summary>Planned requests a second.</summary>
    public static double RateUsed(BenchResult result) =>
        result.Duration > TimeSpan.Zero ? Math.Round(result.Totals.Planned / result.Duration.TotalSeconds, 3) : 0;

    private static BenchDocument Of(BenchResult result, RunInfo setting, int exitCode) => new(
        SchemaVersion, "result",
        ProgramDocument.Of(setting),
        MachineDocument.Of(setting),
        new TargetDocument(setting.Transport, setting.Address, setting.IsLoopback),
        Instant(result.StartedAt),
        result.End switch { BenchEnd.Complete => "complete", BenchEnd.Interrupted => "interrupted", _ => "unreachable" },
        exitCode, Of(result.Options),
        new UsedDocument(result.Options.IsOpenLoop ? "open" : "closed", result.Duration, RateUsed(result)),
        Of(result.Totals), Of(result.Warmup), Rate(result.Throughput), Math.Round(result.ErrorPercent, ShareDigits),
        new LatencyDocument(Of(result.Corrected), Of(result.Uncorrected)!), Of(result.Lag), [.. result.Series.Select(Of)],
        result.OutageCount, [.. result.Outages.Select(Of)],
        new ConnectionsDocument(result.ConnectionsMade, result.ConnectionsLost, result.ConnectsFailed)
        {
            Opened = result.ConnectionsOpened is { } opened ? opened : null,
            NotOpened = result.NotOpened.Count == 0 ? null : result.NotOpened.ToDictionary(one => one.Key, one => (Count)one.Value),
            Violations = result.Violations,
        },
        result.Path.ToDictionary(one => one.Name, one => new SpreadDocument(one.Min, one.Median, one.Max, one.Sum)),
        [.. result.Thresholds.Select(ThresholdDocument.Of)])
    {
        Connects = Of(result.Connects),
        Parts = result.Parts.Count == 0 ? null : [.. result.Parts.Select(Of)],
    };

    /// <summary>In UTC, to the millisecond.</summary>
    public static string Instant(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static PartDocument Of(BenchPart part) => new(
        part.Name, part.Host, Instant(part.StartedAt), part.Duration, part.Planned, part.Sum, Rate(part.Throughput));

    private static AskedDocument Of(BenchOptions options) => new(
        options.Connections, options.Pipeline, options.Requests is null ? options.Duration : null, options.Requests, options.Rate,
        options.Warmup, options.RampUp, options.Interval,
        options.RequestTimeout == Timeout.InfiniteTimeSpan ? null : options.RequestTimeout,
        [.. options.Percentiles.Select(percent => new Percent(percent))], [.. options.Thresholds.Select(one => one.Text)])
    {
        RequestsPerConnection = options.RequestsPerConnection,
        StartAt = options.StartAt is { } start ? Instant(start) : null,
    };

    private static ConnectsDocument? Of(BenchConnects? connects) => connects is null ? null : new ConnectsDocument(
        connects.Made, Rate(connects.PerSecond), connects.Failed, Of(connects.Connect)!, Of(connects.FirstAnswer)!);

    private static CountsDocument Of(BenchCounts counts) => new(counts.Planned, counts.Sent, counts.Late)
    {
        Retried = counts.Retried,
        Outcomes = OutcomesOf(counts),
    };

    private static IntervalDocument Of(BenchInterval interval) => new(
        interval.Start, interval.End, Rate(interval.Throughput), interval.Counts.Planned, interval.Counts.Sent, interval.Counts.Late,
        interval.Count, interval.Mean, interval.Max, new Percentiles(interval.Percentiles))
    {
        Retried = interval.Counts.Retried,
        Connects = interval.Connects,
        Histogram = interval.Histogram,
        ConnectsPerS = interval.ConnectsPerSecond is { } rate ? Rate(rate) : null,
        Outcomes = OutcomesOf(interval.Counts),
    };

    private static long[] OutcomesOf(BenchCounts counts) => [.. OutcomeClass.All.Select(one => counts[one.Outcome])];

    private static OutageDocument Of(BenchOutage outage) => new(
        new SignedSeconds(outage.Start), outage.NoticedBy, outage.FirstAnswer, outage.Duration, outage.Connections, outage.Lost)
    { Source = outage.Source };

    private static TimesDocument? Of(LatencySummary? times) => times is null ? null : new TimesDocument(
        times.Count, times.Min, times.Mean, times.StandardDeviation, times.Max, new Percentiles(times.Percentiles),
        [.. times.Curve.Select(point => new PointDocument(Math.Round(point.Percent, 9), point.Value!.Value))],
        [.. times.Buckets.Select(bucket => new BucketDocument(bucket.From, bucket.To, bucket.Count))])
    {
        SumUs = times.Histogram?.Sum,
        Histogram = times.Histogram is null ? null : HistogramText.Write(times.Histogram),
    };

    private static Figure Rate(double perSecond) => Math.Round(perSecond, 3);
}
