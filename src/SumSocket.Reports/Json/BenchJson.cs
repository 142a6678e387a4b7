using System.Globalization;
using System.Text.Json;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;

namespace SumSocket.Reports.Json;

/// <summary>A result as JSON, in the form that docs/bench.schema.json describes. Each number's unit is in the name of its member.</summary>
internal static class BenchJson
{
    /// <summary>Grows when a member changes its meaning or goes; further members do not change it.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Digits behind the point of a share in percent: one failure of a hundred thousand million still shows.</summary>
    public const int ShareDigits = 9;

    /// <summary>The members of the whole result.</summary>
    public static void WriteResult(Utf8JsonWriter json, BenchResult result, RunInfo setting, int exitCode)
    {
        json.WriteNumber("schema_version", SchemaVersion);
        json.WriteString("type", "result");
        WriteSetting(json, setting);
        json.WriteString("started_at", result.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteString("end", result.End switch
        {
            BenchEnd.Complete => "complete",
            BenchEnd.Interrupted => "interrupted",
            _ => "unreachable",
        });
        json.WriteNumber("exit_code", exitCode);
        WriteAsked(json, result.Options);
        WriteUsed(json, result);
        WriteCounts(json, "totals", result.Totals);
        WriteCounts(json, "warmup", result.Warmup);
        WriteRate(json, "throughput_per_s", result.Throughput);
        json.WriteNumber("error_percent", Math.Round(result.Totals.FailedPercent, ShareDigits));
        json.WriteStartObject("latency");
        WriteTimes(json, "corrected", result.Corrected);
        WriteTimes(json, "uncorrected", result.Uncorrected);
        json.WriteEndObject();
        WriteTimes(json, "lag", result.Lag);
        json.WriteStartArray("series");
        foreach (BenchInterval interval in result.Series)
        {
            json.WriteStartObject();
            WriteInterval(json, interval);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteOutages(json, result);
        WriteConnections(json, result);
        BenchThresholdJson.Write(json, result.Thresholds);
    }

    /// <summary>The members of an element of the series.</summary>
    public static void WriteInterval(Utf8JsonWriter json, BenchInterval interval)
    {
        json.WriteSeconds("start_s", interval.Start);
        json.WriteSeconds("end_s", interval.End);
        WriteRate(json, "throughput_per_s", interval.Throughput);
        WriteCountMembers(json, interval.Counts);
        json.WriteNumber("count", interval.Count);
        json.WriteMicroseconds("mean_us", interval.Mean);
        json.WriteMicroseconds("max_us", interval.Max);
        WritePercentiles(json, interval.Percentiles);
    }

    /// <summary>The name of a percentile's member: <c>p99.9_us</c>.</summary>
    public static string NameOf(double percent) => string.Create(CultureInfo.InvariantCulture, $"p{percent:0.######}_us");

    private static void WriteSetting(Utf8JsonWriter json, RunInfo setting)
    {
        json.WriteStartObject("program");
        json.WriteString("name", setting.Program);
        json.WriteString("version", setting.Version);
        json.WriteString("runtime", setting.Runtime);
        json.WriteEndObject();
        json.WriteStartObject("machine");
        json.WriteString("host", setting.Host);
        json.WriteString("system", setting.System);
        json.WriteString("architecture", setting.Architecture);
        json.WriteNumber("processors", setting.Processors);
        json.WriteEndObject();
        json.WriteStartObject("target");
        json.WriteString("transport", setting.Transport);
        json.WriteString("address", setting.Address);
        json.WriteBoolean("loopback", setting.IsLoopback);
        json.WriteEndObject();
    }

    private static void WriteAsked(Utf8JsonWriter json, BenchOptions options)
    {
        json.WriteStartObject("asked");
        json.WriteNumber("connections", options.Connections);
        json.WriteNumber("pipeline", options.Pipeline);
        json.WriteSeconds("duration_s", options.Requests is null ? options.Duration : null);
        if (options.Requests is { } requests)
            json.WriteNumber("requests", requests);
        else
            json.WriteNull("requests");
        json.WriteNumber("rate_per_s", options.Rate);
        json.WriteSeconds("warmup_s", options.Warmup);
        json.WriteSeconds("ramp_up_s", options.RampUp);
        json.WriteSeconds("interval_s", options.Interval);
        json.WriteSeconds("timeout_s", options.RequestTimeout == Timeout.InfiniteTimeSpan ? null : options.RequestTimeout);
        json.WriteStartArray("percentiles");
        foreach (double percent in options.Percentiles)
            json.WriteNumberValue(percent);
        json.WriteEndArray();
        json.WriteStartArray("thresholds");
        foreach (BenchThreshold threshold in options.Thresholds)
            json.WriteStringValue(threshold.Text);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteUsed(Utf8JsonWriter json, BenchResult result)
    {
        json.WriteStartObject("used");
        json.WriteString("mode", result.Options.IsOpenLoop ? "open" : "closed");
        json.WriteSeconds("duration_s", result.Duration);
        WriteRate(json, "rate_per_s", result.Duration > TimeSpan.Zero ? result.Totals.Planned / result.Duration.TotalSeconds : 0);
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, BenchCounts counts)
    {
        json.WriteStartObject(name);
        WriteCountMembers(json, counts);
        json.WriteEndObject();
    }

    private static void WriteCountMembers(Utf8JsonWriter json, BenchCounts counts)
    {
        json.WriteNumber("planned", counts.Planned);
        json.WriteNumber("sent", counts.Sent);
        json.WriteNumber("late", counts.Late);
        json.WriteNumber("ok", counts.Ok);
        json.WriteNumber("wrong", counts.Wrong);
        json.WriteNumber("error", counts.Error);
        json.WriteNumber("timed_out", counts.TimedOut);
        json.WriteNumber("refused", counts.Refused);
        json.WriteNumber("not_sent", counts.NotSent);
        json.WriteNumber("reset", counts.Reset);
        json.WriteNumber("end_of_stream", counts.EndOfStream);
        json.WriteNumber("unanswered", counts.Unanswered);
    }

    private static void WriteTimes(Utf8JsonWriter json, string name, LatencySummary? times)
    {
        if (times is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("count", times.Count);
        json.WriteMicroseconds("min_us", times.Min);
        json.WriteMicroseconds("mean_us", times.Mean);
        json.WriteMicroseconds("stddev_us", times.StandardDeviation);
        json.WriteMicroseconds("max_us", times.Max);
        WritePercentiles(json, times.Percentiles);
        json.WriteStartArray("curve");
        foreach (PercentileValue point in times.Curve)
        {
            json.WriteStartObject();
            json.WriteNumber("percent", Math.Round(point.Percent, 9));
            json.WriteMicroseconds("value_us", point.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("buckets");
        foreach (HistogramBucket bucket in times.Buckets)
        {
            json.WriteStartObject();
            json.WriteMicroseconds("from_us", bucket.From);
            json.WriteMicroseconds("to_us", bucket.To);
            json.WriteNumber("count", bucket.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePercentiles(Utf8JsonWriter json, IReadOnlyList<PercentileValue> percentiles)
    {
        json.WriteStartObject("percentiles");
        foreach (PercentileValue percentile in percentiles)
            json.WriteMicroseconds(NameOf(percentile.Percent), percentile.Value);
        json.WriteEndObject();
    }

    private static void WriteOutages(Utf8JsonWriter json, BenchResult result)
    {
        json.WriteNumber("outage_count", result.OutageCount);
        json.WriteStartArray("outages");
        foreach (BenchOutage outage in result.Outages)
        {
            json.WriteStartObject();
            json.WriteSeconds("start_s", outage.Start);
            json.WriteString("noticed_by", outage.NoticedBy);
            json.WriteSeconds("first_answer_after_s", outage.FirstAnswer);
            json.WriteSeconds("duration_s", outage.Duration);
            json.WriteNumber("connections", outage.Connections);
            json.WriteNumber("requests_lost", outage.Lost);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteConnections(Utf8JsonWriter json, BenchResult result)
    {
        json.WriteStartObject("connections");
        json.WriteNumber("made", result.ConnectionsMade);
        json.WriteNumber("lost", result.ConnectionsLost);
        json.WriteNumber("failed_attempts", result.ConnectsFailed);
        json.WriteEndObject();
        json.WriteStartObject("path");
        foreach (Spread figure in result.Path)
        {
            json.WriteStartObject(figure.Name);
            json.WriteNumber("min", figure.Min);
            json.WriteNumber("median", figure.Median);
            json.WriteNumber("max", figure.Max);
            json.WriteNumber("sum", figure.Sum);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteRate(Utf8JsonWriter json, string name, double value) => json.WriteNumber(name, Math.Round(value, 3));
}
