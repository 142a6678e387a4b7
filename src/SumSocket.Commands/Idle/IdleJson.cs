using System.Text.Json;

namespace SumSocket.Commands.Idle;

/// <summary>All that is printed of a run.</summary>
internal sealed record IdleDocument(string Target, string Transport, IdleSettings Settings, ServerKnowledge Server)
{
    public required IReadOnlyList<string> Verdict { get; init; }

    public IdleFindings? Found { get; init; }

    public HoldResult? Hold { get; init; }

    public TimeSpan? Planned { get; init; }

    public TimeSpan? Took { get; init; }

    public bool IsInterrupted { get; init; }
}

/// <summary>Writes a run as one object; docs/idle.schema.json describes it.</summary>
internal static class IdleJson
{
    public static void Write(Stream output, IdleDocument document) => new JsonObjects(output, indented: true).WriteWhole(json =>
    {
        IdleSettings settings = document.Settings;
        json.WriteStartObject();
        json.WriteNumber("schema_version", 1);
        json.WriteString("type", "idle");
        json.WriteString("target", document.Target);
        json.WriteString("transport", document.Transport);
        json.WriteString("mode", settings.IsHold ? "hold" : settings.IsAny ? "any" : "search");
        json.WriteBoolean("interrupted", document.IsInterrupted);
        Milliseconds(json, "from_ms", settings.Plan.From);
        Milliseconds(json, "to_ms", settings.Plan.To);
        json.WriteNumber("resolution_percent", Math.Round(settings.Plan.Resolution * 100, 3));
        Milliseconds(json, "timeout_ms", settings.Plan.Patience);
        json.WriteString("keep_alive", new KeepAliveSetting(settings.KeepAlive).ToString());
        Milliseconds(json, "planned_ms", document.Planned);
        Milliseconds(json, "took_ms", document.Took);
        WriteServer(json, document.Server);
        json.WriteStartArray("limits");
        foreach (SilenceSearch search in document.Found?.Plain ?? [])
            WriteLimit(json, document.Found!, search);
        json.WriteEndArray();
        json.WriteStartArray("silences");
        foreach (SilenceResult result in document.Found?.Searches.SelectMany(search => search.Results) ?? [])
            WriteSilence(json, result);
        json.WriteEndArray();
        if (document.Hold is { } hold)
            WriteHold(json, hold);
        if (settings.Threshold is { } threshold)
        {
            json.WriteStartObject("threshold");
            json.WriteString("condition", threshold.Text);
            json.WriteBoolean("met", document.Hold?.HaveAllLived ?? document.Found?.Lived >= threshold.Silence);
            json.WriteEndObject();
        }

        json.WriteStartArray("verdict");
        foreach (string sentence in document.Verdict)
            json.WriteStringValue(sentence);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteServer(Utf8JsonWriter json, ServerKnowledge server)
    {
        json.WriteStartObject("server");
        json.WriteBoolean("reached", server.IsReached);
        json.WriteBoolean("path", server.KnowsPath);
        json.WriteBoolean("delay", server.KnowsDelay);
        Milliseconds(json, "read_timeout_ms", server.ReadTimeout);
        Milliseconds(json, "max_lifetime_ms", server.Lifetime);
        json.WriteEndObject();
    }

    private static void WriteLimit(Utf8JsonWriter json, IdleFindings found, SilenceSearch search)
    {
        json.WriteStartObject();
        json.WriteString("first", Word(search.First));
        Milliseconds(json, "lived_ms", search.Lived == TimeSpan.Zero ? null : search.Lived);
        Milliseconds(json, "died_ms", search.Death?.DiedAt);
        json.WriteString("end", search.Death is { } death ? Word(death.End) : null);
        json.WriteString("ended_by", search.Death is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName($"{found.Who(search)}"));
        json.WriteString("keep_alive_helps", found.WithKeepAlive(search) switch
        {
            { HasLived: true } => "yes",
            { HasDied: true } => "no",
            _ => "unknown",
        });
        Milliseconds(json, "capped_by_server_ms", search.Limit);
        json.WriteStartArray("hops");
        foreach (KnownHop hop in found.Near(search))
        {
            json.WriteStartObject();
            json.WriteString("name", hop.Name);
            Milliseconds(json, "limit_ms", hop.Limit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSilence(Utf8JsonWriter json, SilenceResult result)
    {
        json.WriteStartObject();
        json.WriteString("first", Word(result.Try.First));
        Milliseconds(json, "silence_ms", result.Try.Silence);
        json.WriteString("keep_alive", new KeepAliveSetting(result.Try.KeepAlive).ToString());
        json.WriteString("end", Word(result.End));
        Milliseconds(json, "at_ms", result.At);
        json.WriteNumber("sent_again", result.Retransmits);
        json.WriteString("then", result.Then is { } then ? Word(then) : null);
        json.WriteString("text", IdleVerdict.Words(result));
        json.WriteEndObject();
    }

    private static void WriteHold(Utf8JsonWriter json, HoldResult hold)
    {
        json.WriteStartObject("hold");
        json.WriteNumber("wanted", hold.Wanted);
        json.WriteNumber("connected", hold.Connected);
        json.WriteNumber("lived", hold.Lived);
        json.WriteNumber("unanswered", hold.Unanswered);
        json.WriteNumber("open", hold.Open);
        json.WriteStartArray("ends");
        foreach (HoldEnd end in hold.Ends)
        {
            json.WriteStartObject();
            json.WriteString("end", Word(end.End));
            json.WriteNumber("count", end.Count);
            Milliseconds(json, "first_ms", end.First);
            Milliseconds(json, "last_ms", end.Last);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static void Milliseconds(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } known)
            json.WriteNumber(name, Math.Round(known.TotalMilliseconds, 1));
        else
            json.WriteNull(name);
    }
}
