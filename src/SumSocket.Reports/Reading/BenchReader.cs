using SumSocket.Cli.Terminal;

namespace SumSocket.Reports.Reading;

/// <summary>Reads what <see cref="BenchJson"/> writes.</summary>
internal static class BenchReader
{
    /// <exception cref="InvalidDataException">It is no result; the message names the member that is wrong.</exception>
    public static RecordedBench Read(JsonElement root, string name) =>
        Read(DocumentReader.Read(root, BenchContract.Result, "result"), name);

    private static RecordedBench Read(BenchDocument json, string name)
    {
        ThresholdResult[] thresholds = [.. json.Thresholds.Select(Read)];
        RunInfo setting = new(json.Program.Name, json.Program.Version, json.Target.Transport, json.Target.Address, json.Target.Loopback)
        {
            Runtime = json.Program.Runtime,
            Host = json.Machine.Host,
            System = json.Machine.System,
            Architecture = json.Machine.Architecture,
            Processors = Int(json.Machine.Processors, "machine.processors", min: 1),
        };
        BenchResult result = new()
        {
            Options = Read(json.Asked) with { Thresholds = [.. thresholds.Select(one => one.Threshold)] },
            StartedAt = ReadInstant(json.StartedAt, "started_at"),
            End = ReadEnd(json.End),
            Duration = json.Used.DurationS.Time,
            Totals = Read(json.Totals, "totals"),
            Warmup = Read(json.Warmup, "warmup"),
            Throughput = json.ThroughputPerS.Value,
            Corrected = Read(json.Latency.Corrected, "latency.corrected"),
            Uncorrected = Read(json.Latency.Uncorrected, "latency.uncorrected")!,
            Lag = Read(json.Lag, "lag"),
            Series = [.. json.Series.Select(Read)],
            Outages = [.. json.Outages.Select(Read)],
            OutageCount = json.OutageCount.Value,
            ConnectionsMade = json.Connections.Made.Value,
            ConnectionsOpened = json.Connections.Opened?.Value,
            NotOpened = [.. (json.Connections.NotOpened ?? new Dictionary<string, Count>())
                .Select(one => KeyValuePair.Create(one.Key, one.Value.Value))],
            Violations = json.Connections.Violations.Value,
            ConnectionsLost = json.Connections.Lost.Value,
            ConnectsFailed = json.Connections.FailedAttempts.Value,
            Connects = Read(json.Connects),
            Path = [.. json.Path.Select(one => new Spread(one.Key, one.Value.Min, one.Value.Median, one.Value.Max, one.Value.Sum))],
            Thresholds = thresholds,
            Parts = [.. (json.Parts ?? []).Select(Read)],
        };
        return new RecordedBench(name, setting, result, Int(json.ExitCode, "exit_code", max: 255));
    }

    private static BenchPart Read(PartDocument json, int index) => new(
        json.Name, json.Host, ReadInstant(json.StartedAt, $"parts[{index}].started_at"), json.DurationS.Time, json.Planned.Value,
        json.SumUs.Time, json.ThroughputPerS.Value);

    private static DateTimeOffset ReadInstant(string text, string path) =>
        DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : throw DocumentReader.Wrong(path, "is no date and time");

    private static BenchEnd ReadEnd(string text) => text switch
    {
        "complete" => BenchEnd.Complete,
        "interrupted" => BenchEnd.Interrupted,
        "unreachable" => BenchEnd.Unreachable,
        _ => throw DocumentReader.Wrong("end", $"'{Printable.Text(text)}' is no way to end"),
    };

    private static BenchOutage Read(OutageDocument json, int index) => new(
        json.StartS.Time, json.NoticedBy, json.FirstAnswerAfterS?.Time, json.DurationS?.Time,
        Int(json.Connections, $"outages[{index}].connections"), json.RequestsLost.Value)
    { Source = json.Source };

    private static BenchOptions Read(AskedDocument json)
    {
        BenchOptions options = new()
        {
            Connections = Int(json.Connections, "asked.connections", min: 1),
            Pipeline = Int(json.Pipeline, "asked.pipeline", min: 1),
            RequestsPerConnection =
                json.RequestsPerConnection is { } count ? Int(count, "asked.requests_per_connection", min: 1) : null,
            Requests = json.Requests is { Value: 0 } ? throw NoCount("asked.requests") : json.Requests?.Value,
            Rate = json.RatePerS.Value,
            Warmup = json.WarmupS.Time,
            RampUp = json.RampUpS.Time,
            Interval = json.IntervalS.Time > TimeSpan.Zero ? json.IntervalS.Time : throw NoCount("asked.interval_s"),
            Percentiles = [.. json.Percentiles.Select(percent => percent.Value)],
            RequestTimeout = json.TimeoutS?.Time ?? Timeout.InfiniteTimeSpan,
            StartAt = json.StartAt is { } start ? ReadInstant(start, "asked.start_at") : null,
        };
        return json.DurationS is { } duration ? options with { Duration = duration.Time } : options;
    }

    private static BenchCounts Read(ICounted json, string path)
    {
        if (json.Outcomes.Aggregate((Int128)0, (sum, count) => sum + count) != json.Planned.Value)
            throw DocumentReader.Wrong($"{path}.planned", "is not the sum of the outcomes");
        return new BenchCounts(json.Outcomes) { Sent = json.Sent.Value, Late = json.Late.Value, Retried = json.Retried.Value };
    }

    private static BenchInterval Read(IntervalDocument json, int index) => new()
    {
        Start = json.StartS.Time,
        End = json.EndS.Time,
        Counts = Read(json, $"series[{index}]"),
        Count = json.Count.Value,
        Mean = json.MeanUs?.Time,
        Max = json.MaxUs?.Time,
        Percentiles = json.Percentiles.Values,
        Connects = json.Connects?.Value,
        Histogram = Checked(json.Histogram, json.Count.Value, $"series[{index}]"),
    };

    private static BenchConnects? Read(ConnectsDocument? json) => json is null ? null : new BenchConnects(
        json.Made.Value, json.PerS.Value, json.Failed.Value,
        Read(json.Connect, "connects.connect")!, Read(json.FirstAnswer, "connects.first_answer")!);

    private static LatencySummary? Read(TimesDocument? json, string path) => json is null ? null : new LatencySummary
    {
        Count = json.Count.Value,
        Min = json.MinUs?.Time,
        Mean = json.MeanUs?.Time,
        StandardDeviation = json.StddevUs?.Time,
        Max = json.MaxUs?.Time,
        Percentiles = json.Percentiles.Values,
        Curve = [.. json.Curve.Select(point => new PercentileValue(point.Percent.Value, point.ValueUs.Time))],
        Buckets = [.. json.Buckets.Select(bucket => new HistogramBucket(bucket.FromUs.Time, bucket.ToUs.Time, bucket.Count.Value))],
        Histogram = json.Histogram is null ? null : Histogram.Restore(
            ReadCounts(json.Histogram, json.Count.Value, path), json.MinUs?.Time, json.MaxUs?.Time, json.SumUs?.Time ?? default),
    };

    private static string? Checked(string? text, long count, string path)
    {
        if (text is not null)
            ReadCounts(text, count, path);
        return text;
    }

    /// <summary>The buckets, which must hold as many times as there are.</summary>
    private static long[] ReadCounts(string text, long count, string path)
    {
        if (HistogramText.Read(text) is not { } counts)
            throw DocumentReader.Wrong($"{path}.histogram", "is no histogram of a bench");
        return counts.Aggregate((Int128)0, (sum, one) => sum + one) == count
            ? counts
            : throw DocumentReader.Wrong($"{path}.histogram", "does not hold as many as count says");
    }

    private static ThresholdResult Read(ThresholdDocument json, int index)
    {
        if (!ThresholdText.TryParseBench(json.Threshold, out Threshold threshold))
            throw DocumentReader.Wrong($"thresholds[{index}].threshold", $"'{Printable.Text(json.Threshold)}' is no threshold");
        return new ThresholdResult(threshold, json.Actual?.Value * (threshold.IsTime ? 1e-6 : 1), json.Met);
    }

    private static int Int(Count count, string path, int min = 0, int max = int.MaxValue) =>
        count.Value >= min && count.Value <= max ? (int)count.Value : throw NoCount(path);

    private static InvalidDataException NoCount(string path) => DocumentReader.Wrong(path, "is no count, or none that can be");
}
