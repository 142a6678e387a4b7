using System.Text.Json.Serialization;

namespace SumSocket.Reports.Json;

/// <summary>How long silent connections live, as docs/idle.schema.json describes it, for writing and for reading.</summary>
internal sealed record IdleDocument(
    int SchemaVersion, string Type, string Target, string Transport, IdleMode Mode, bool Interrupted, Millis FromMs, Millis ToMs,
    Percent ResolutionPercent, Millis TimeoutMs, string KeepAlive, Millis? PlannedMs, Millis? TookMs, IdleServerDocument Server,
    IReadOnlyList<IdleLimitDocument> Limits, IReadOnlyList<SilenceDocument> Silences, IReadOnlyList<string> Verdict) : RunDocument
{
    /// <summary>What of many connections came; null unless they were held.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HoldDocument? Hold { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IdleThresholdDocument? Threshold { get; init; }

    public void Write(Stream output) =>
        new JsonObjects(output, indented: true).WriteWhole(json => JsonSerializer.Serialize(json, this, RunContext.Default.IdleDocument));
}

/// <summary>What a run does: it searches for the limit, only watches, or holds many connections.</summary>
internal enum IdleMode
{
    Search,
    Any,
    Hold,
}

/// <summary>Whether a connection with keep-alive lives where one without does not.</summary>
internal enum KeepAliveHelp
{
    Unknown,
    Yes,
    No,
}

internal sealed record IdleServerDocument(bool Reached, bool Path, bool Delay, Millis? ReadTimeoutMs, Millis? MaxLifetimeMs);
internal sealed record IdleLimitDocument(
    SilenceBreaker First, Millis? LivedMs, Millis? DiedMs, SilenceEnd? End, EndedBy? EndedBy, KeepAliveHelp KeepAliveHelps,
    Millis? CappedByServerMs, IReadOnlyList<HopDocument> Hops);
internal sealed record HopDocument(string Name, Millis LimitMs);
internal sealed record SilenceDocument(
    SilenceBreaker First, Millis SilenceMs, string KeepAlive, SilenceEnd End, Millis AtMs, Count SentAgain, SilenceEnd? Then, string Text);
internal sealed record HoldDocument(
    Count Wanted, Count Connected, Count Lived, Count Unanswered, Count Open, IReadOnlyList<EndsDocument> Ends);

/// <summary>The connections that ended in one way.</summary>
internal sealed record EndsDocument(SilenceEnd End, Count Count, Millis FirstMs, Millis LastMs)
{
    /// <summary>How many had ended when; null in results of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<EndedDocument>? Curve { get; init; }
}

internal sealed record EndedDocument(Millis AtMs, Count Ended);
internal sealed record IdleThresholdDocument(string Condition, bool Met);
