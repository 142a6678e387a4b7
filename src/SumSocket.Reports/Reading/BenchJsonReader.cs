using System.Globalization;
using SumSocket.Cli.Terminal;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports.Json;

namespace SumSocket.Reports.Reading;

/// <summary>Reads what <see cref="BenchJson"/> writes.</summary>
internal static class BenchJsonReader
{
    /// <summary>Reads a result.</summary>
    /// <exception cref="InvalidDataException">It is none, and what shows it.</exception>
    public static RecordedBench Read(JsonField root, string name)
    {
        long version = root["schema_version"].Count();
        if (version != BenchJson.SchemaVersion)
            throw new InvalidDataException($"its schema version is {version}, and only {BenchJson.SchemaVersion} is known here");
        if (!root.Says("type", "result"))
            throw new InvalidDataException("type: is not result");
        IReadOnlyList<ThresholdResult> thresholds = root["thresholds"].Each(ThresholdReader.Read);
        JsonField latency = root["latency"];
        JsonField connections = root["connections"];
        BenchResult result = new()
        {
            Options = ReadAsked(root["asked"]) with { Thresholds = [.. thresholds.Select(threshold => threshold.Threshold)] },
            StartedAt = ReadInstant(root["started_at"]),
            End = ReadEnd(root["end"]),
            Duration = root["used"]["duration_s"].Seconds(),
            Totals = ReadCounts(root["totals"]),
            Warmup = ReadCounts(root["warmup"]),
            Throughput = root["throughput_per_s"].Number(),
            Corrected = TimesReader.Read(latency["corrected"]),
            Uncorrected = TimesReader.Read(latency["uncorrected"]) ?? throw latency["uncorrected"].Wrong("is missing"),
            Lag = TimesReader.Read(root["lag"]),
            Series = root["series"].Each(ReadInterval),
            Outages = root["outages"].Each(ReadOutage),
            OutageCount = root["outage_count"].Count(),
            ConnectionsMade = connections["made"].Count(),
            ConnectionsLost = connections["lost"].Count(),
            ConnectsFailed = connections["failed_attempts"].Count(),
            Path = root["path"].EachMember(ReadSpread),
            Thresholds = thresholds,
        };
        return new RecordedBench(name, ReadSetting(root), result, (int)root["exit_code"].Count(0, 255));
    }

    private static RunInfo ReadSetting(JsonField root)
    {
        JsonField program = root["program"], machine = root["machine"], target = root["target"];
        return new RunInfo(
            program["name"].Text(), program["version"].Text(), target["transport"].Text(), target["address"].Text(), target["loopback"].Flag())
        {
            Runtime = program["runtime"].Text(),
            Host = machine["host"].Text(),
            System = machine["system"].Text(),
            Architecture = machine["architecture"].Text(),
            Processors = (int)machine["processors"].Count(1, int.MaxValue),
        };
    }

    private static BenchOptions ReadAsked(JsonField asked)
    {
        BenchOptions options = new()
        {
            Connections = (int)asked["connections"].Count(1, int.MaxValue),
            Pipeline = (int)asked["pipeline"].Count(1, int.MaxValue),
            Requests = asked["requests"].IsNull ? null : asked["requests"].Count(1),
            Rate = asked["rate_per_s"].Count(),
            Warmup = asked["warmup_s"].Seconds(),
            RampUp = asked["ramp_up_s"].Seconds(),
            Interval = asked["interval_s"].Seconds(),
            Percentiles = asked["percentiles"].Each(percent => percent.Number(0, 100)),
            RequestTimeout = asked["timeout_s"].SecondsOrNone() ?? Timeout.InfiniteTimeSpan,
        };
        return asked["duration_s"].SecondsOrNone() is { } duration ? options with { Duration = duration } : options;
    }

    private static DateTimeOffset ReadInstant(JsonField at) =>
        DateTimeOffset.TryParse(at.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : throw at.Wrong("is no date and time");

    private static BenchEnd ReadEnd(JsonField end) => end.Text() switch
    {
        "complete" => BenchEnd.Complete,
        "interrupted" => BenchEnd.Interrupted,
        "unreachable" => BenchEnd.Unreachable,
        var other => throw end.Wrong($"'{Printable.Text(other)}' is no way to end"),
    };

    private static BenchCounts ReadCounts(JsonField at)
    {
        BenchCounts counts = new()
        {
            Sent = at["sent"].Count(),
            Late = at["late"].Count(),
            Ok = Count("ok"),
            Wrong = Count("wrong"),
            Error = Count("error"),
            TimedOut = Count("timed_out"),
            Refused = Count("refused"),
            NotSent = Count("not_sent"),
            Reset = Count("reset"),
            EndOfStream = Count("end_of_stream"),
            Unanswered = Count("unanswered"),
        };
        return counts.Planned == at["planned"].Count() ? counts : throw at["planned"].Wrong("is not the sum of the outcomes");

        long Count(string name) => at[name].Count(0, long.MaxValue / 16); // their sum must fit, too
    }

    private static BenchInterval ReadInterval(JsonField at) => new()
    {
        Start = at["start_s"].Seconds(),
        End = at["end_s"].Seconds(),
        Counts = ReadCounts(at),
        Count = at["count"].Count(),
        Mean = at["mean_us"].MicrosecondsOrNone(),
        Max = at["max_us"].MicrosecondsOrNone(),
        Percentiles = TimesReader.ReadPercentiles(at["percentiles"]),
    };

    private static BenchOutage ReadOutage(JsonField at) => new(
        at["start_s"].Seconds(min: -1e9), at["noticed_by"].Text(), at["first_answer_after_s"].SecondsOrNone(), at["duration_s"].SecondsOrNone(),
        (int)at["connections"].Count(0, int.MaxValue), at["requests_lost"].Count());

    private static Spread ReadSpread(string name, JsonField at) => new(
        name, at["min"].Count(long.MinValue), at["median"].Count(long.MinValue), at["max"].Count(long.MinValue), at["sum"].Count(long.MinValue));
}
