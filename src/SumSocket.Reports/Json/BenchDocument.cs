using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SumSocket.Reports.Json;

/// <summary>A result as docs/bench.schema.json describes it, for writing and for reading. Names end in the unit.</summary>
internal sealed record BenchDocument(
    int SchemaVersion, string Type, ProgramDocument Program, MachineDocument Machine, TargetDocument Target, string StartedAt, string End,
    Count ExitCode, AskedDocument Asked, UsedDocument Used, CountsDocument Totals, CountsDocument Warmup, Figure ThroughputPerS,
    Figure ErrorPercent, LatencyDocument Latency, TimesDocument? Lag, IReadOnlyList<IntervalDocument> Series, Count OutageCount,
    IReadOnlyList<OutageDocument> Outages, ConnectionsDocument Connections, IReadOnlyDictionary<string, SpreadDocument> Path,
    IReadOnlyList<ThresholdDocument> Thresholds)
{
    // Only where connections carry a limited number of requests; results of earlier versions have none.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConnectsDocument? Connects { get; init; }

    // Only where it was added up from others.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PartDocument>? Parts { get; init; }
}

internal sealed record TargetDocument(string Transport, string Address, bool Loopback);
internal sealed record AskedDocument(
    Count Connections, Count Pipeline, Seconds? DurationS, Count? Requests, Figure RatePerS, Seconds WarmupS, Seconds RampUpS,
    Seconds IntervalS, Seconds? TimeoutS, IReadOnlyList<Percent> Percentiles, IReadOnlyList<string> Thresholds)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Count? RequestsPerConnection { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StartAt { get; init; }
}

internal sealed record UsedDocument(string Mode, Seconds DurationS, Figure RatePerS);
internal sealed record LatencyDocument(TimesDocument? Corrected, TimesDocument Uncorrected);
internal sealed record TimesDocument(
    Count Count, Micros? MinUs, Micros? MeanUs, Micros? StddevUs, Micros? MaxUs, Percentiles Percentiles,
    IReadOnlyList<PointDocument> Curve, IReadOnlyList<BucketDocument> Buckets)
{
    // These two are needed to add results up; those of earlier versions have none.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Micros? SumUs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Histogram { get; init; }
}

internal sealed record PointDocument(Percent Percent, Micros ValueUs);
internal sealed record BucketDocument(Micros FromUs, Micros ToUs, Count Count);
internal sealed record OutageDocument(
    SignedSeconds StartS, string NoticedBy, Seconds? FirstAnswerAfterS, Seconds? DurationS, Count Connections, Count RequestsLost)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }
}

internal sealed record PartDocument(
    string Name, string Host, string StartedAt, Seconds DurationS, Count Planned, Micros SumUs, Figure ThroughputPerS);
internal sealed record ConnectionsDocument(Count Made, Count Lost, Count FailedAttempts)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Count? Opened { get; init; } // results of earlier versions have none

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, Count>? NotOpened { get; init; }

    public Count Violations { get; init; }
}

internal sealed record ConnectsDocument(Count Made, Figure PerS, Count Failed, TimesDocument Connect, TimesDocument FirstAnswer);
internal sealed record SpreadDocument(long Min, long Median, long Max, long Sum);

/// <summary>A threshold, of a bench or a ping, and how the result compares to it.</summary>
internal sealed record ThresholdDocument(string Threshold, string Unit, double Limit, Figure? Actual, bool Met)
{
    public static ThresholdDocument Of(ThresholdResult result)
    {
        Threshold threshold = result.Threshold;
        double factor = threshold.IsTime ? 1e6 : 1;
        string unit = threshold switch
        {
            { IsTime: true } => "us",
            { IsPercent: true } => "percent",
            { Figure: ThresholdMetric.Throughput } => "per_s",
            _ => "count",
        };
        double? actual = result.Actual is { } value ? Math.Round(value * factor, threshold.IsPercent ? BenchJson.ShareDigits : 6) : null;
        return new ThresholdDocument(threshold.Text, unit, Math.Round(threshold.Limit * factor, 6), actual, result.IsMet);
    }

    public void Write(Utf8JsonWriter json) => JsonSerializer.Serialize(json, this, BenchContext.Default.ThresholdDocument);
}

/// <summary>A document with a count for each outcome, as members after <c>late</c>.</summary>
internal interface ICounted
{
    Count Planned { get; }
    Count Sent { get; }
    Count Late { get; }
    Count Retried { get; }
    long[] Outcomes { get; init; }
}

internal sealed record CountsDocument(Count Planned, Count Sent, Count Late) : ICounted
{
    public Count Retried { get; init; } // results of earlier versions have none

    [JsonIgnore]
    public long[] Outcomes { get; init; } = new long[OutcomeClass.All.Count];
}

internal sealed record IntervalDocument(
    Seconds StartS, Seconds EndS, Figure ThroughputPerS, Count Planned, Count Sent, Count Late, Count Count, Micros? MeanUs, Micros? MaxUs,
    Percentiles Percentiles) : ICounted
{
    // These two only when the interval is an object of its own.
    [JsonPropertyOrder(-2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SchemaVersion { get; init; }

    [JsonPropertyOrder(-1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    public Count Retried { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Count? Connects { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Figure? ConnectsPerS { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Histogram { get; init; }

    [JsonIgnore]
    public long[] Outcomes { get; init; } = new long[OutcomeClass.All.Count];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BenchDocument))]
internal sealed partial class BenchContext : JsonSerializerContext;

/// <summary>The documents with the members that the table of outcomes adds.</summary>
internal static class BenchContract
{
    private static readonly JsonSerializerOptions _options = new(BenchContext.Default.Options)
    {
        TypeInfoResolver = BenchContext.Default.WithAddedModifier(AddOutcomes),
    };

    public static JsonTypeInfo<BenchDocument> Result { get; } = (JsonTypeInfo<BenchDocument>)_options.GetTypeInfo(typeof(BenchDocument));

    public static JsonTypeInfo<IntervalDocument> Interval { get; } =
        (JsonTypeInfo<IntervalDocument>)_options.GetTypeInfo(typeof(IntervalDocument));

    private static void AddOutcomes(JsonTypeInfo type)
    {
        if (!type.Type.IsAssignableTo(typeof(ICounted)))
            return;
        int at = type.Properties.IndexOf(type.Properties.First(property => property.Name == "late"));
        foreach (OutcomeClass one in OutcomeClass.All)
        {
            JsonPropertyInfo property = JsonMetadataServices.CreatePropertyInfo(type.Options, new JsonPropertyInfoValues<Count>
            {
                IsProperty = true,
                IsPublic = true,
                DeclaringType = type.Type,
                PropertyName = one.Key,
                JsonPropertyName = one.Key,
                Getter = counted => ((ICounted)counted).Outcomes[(int)one.Outcome],
                Setter = (counted, count) => ((ICounted)counted).Outcomes[(int)one.Outcome] = count.Value,
            });
            // Not required: a class that a result does not have is one that its version did not know, and no request is in it.
            type.Properties.Insert(++at, property);
        }
    }
}
