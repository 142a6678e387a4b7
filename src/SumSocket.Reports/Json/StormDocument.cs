using System.Text.Json.Serialization;

namespace SumSocket.Reports.Json;

/// <summary>A storm as docs/storm.schema.json describes it, for writing and for reading.</summary>
internal sealed record StormDocument(
    int SchemaVersion, string Type, string Target, string Transport, bool Interrupted, Count ExitCode, StormAskedDocument Asked,
    StormRoundDocument Opening, IReadOnlyList<StormRoundDocument> Rounds, IReadOnlyList<StormThresholdDocument> Thresholds,
    IReadOnlyList<string> Verdict) : RunDocument
{
    /// <summary>All rounds as one; null without any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StormRoundDocument? All { get; init; }

    public void Write(Stream output) =>
        new JsonObjects(output, indented: true).WriteWhole(json => JsonSerializer.Serialize(json, this, RunContext.Default.StormDocument));
}

internal sealed record StormAskedDocument(
    Count Connections, StormCut Cut, Count Rounds, Micros FirstBackOffUs, Micros LongestBackOffUs, bool Jitter, Micros GiveUpUs);

/// <summary>One round; failures are by the keys of <see cref="StormCause"/>.</summary>
internal sealed record StormRoundDocument(
    Count Clients, Count Cut, Count Back, Count NotBack, Count LostAgain, bool Interrupted, Micros? DurationUs,
    [property: JsonPropertyName("back50_us")] Micros? Back50Us, [property: JsonPropertyName("back90_us")] Micros? Back90Us,
    [property: JsonPropertyName("back99_us")] Micros? Back99Us, [property: JsonPropertyName("back100_us")] Micros? Back100Us,
    Figure? ConnectsPerS, Count Attempts, IReadOnlyDictionary<string, Count> Failed, Count? SynRetries, Count TlsFullHandshakes,
    Count TlsResumedHandshakes, IReadOnlyList<BackDocument> Curve)
{
    public long CountOf(StormCause cause) => Failed.GetValueOrDefault(cause.Key).Value;
}

internal sealed record BackDocument(Micros TimeUs, Count Back);
internal sealed record StormThresholdDocument(string Text, string Unit, Figure Limit, Figure? Actual, bool Met);
