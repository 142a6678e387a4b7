using System.Text.Json;
using SumSocket.Measurement.Storm;

namespace SumSocket.Commands.Storm;

/// <summary>A storm for programs: one object; docs/storm.schema.json describes it.</summary>
internal static class StormJson
{
    public static void Write(Stream output, StormSetting setting, StormResult result, int exitCode) =>
        new JsonObjects(output, indented: true).WriteWhole(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", 1);
            json.WriteString("type", "storm");
            json.WriteString("target", setting.Address);
            json.WriteString("transport", setting.Transport);
            json.WriteBoolean("interrupted", result.IsInterrupted);
            json.WriteNumber("exit_code", exitCode);
            WriteOptions(json, setting.Options);
            WriteRound(json, "opening", result.Opening);
            json.WriteStartArray("rounds");
            foreach (StormRound round in result.Rounds)
                WriteRound(json, null, round);
            json.WriteEndArray();
            if (result.All is { } all)
                WriteRound(json, "all", all);
            json.WriteStartArray("thresholds");
            foreach (StormThresholdResult threshold in result.Thresholds)
                WriteThreshold(json, threshold);
            json.WriteEndArray();
            json.WriteStartArray("verdict");
            foreach (string sentence in StormVerdict.Of(result))
                json.WriteStringValue(sentence);
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void WriteOptions(Utf8JsonWriter json, StormOptions options)
    {
        json.WriteStartObject("asked");
        json.WriteNumber("connections", options.Connections);
        json.WriteString("cut", options.Cut.ToString().ToLowerInvariant());
        json.WriteNumber("rounds", options.Rounds);
        json.WriteMicroseconds("first_back_off_us", options.InitialBackOff);
        json.WriteMicroseconds("longest_back_off_us", options.MaxBackOff);
        json.WriteBoolean("jitter", options.HasJitter);
        json.WriteMicroseconds("give_up_us", options.GiveUp);
        json.WriteEndObject();
    }

    private static void WriteRound(Utf8JsonWriter json, string? name, StormRound round)
    {
        if (name is null)
            json.WriteStartObject();
        else
            json.WriteStartObject(name);
        json.WriteNumber("clients", round.Clients);
        json.WriteNumber("cut", round.Cut);
        json.WriteNumber("back", round.Back);
        json.WriteNumber("not_back", round.NotBack);
        json.WriteNumber("lost_again", round.LostAgain);
        json.WriteBoolean("interrupted", round.IsInterrupted);
        json.WriteMicroseconds("duration_us", round.Duration);
        json.WriteMicroseconds("back50_us", round.TimeUntil(50));
        json.WriteMicroseconds("back90_us", round.TimeUntil(90));
        json.WriteMicroseconds("back99_us", round.TimeUntil(99));
        json.WriteMicroseconds("back100_us", round.TimeUntil(100));
        WriteNumber(json, "connects_per_s", round.ConnectsPerSecond);
        json.WriteNumber("attempts", round.Counts.Attempts);
        json.WriteStartObject("failed");
        foreach (StormCause cause in StormCause.Failures)
            json.WriteNumber(cause.Key, round.Counts[cause.Outcome]);
        json.WriteEndObject();
        WriteNumber(json, "syn_retries", round.Counts.SynRetries);
        json.WriteNumber("tls_full_handshakes", round.Counts.FullHandshakes);
        json.WriteNumber("tls_resumed_handshakes", round.Counts.ResumedHandshakes);
        json.WriteStartArray("curve");
        foreach ((TimeSpan time, int back) in round.Curve())
        {
            json.WriteStartObject();
            json.WriteMicroseconds("time_us", time);
            json.WriteNumber("back", back);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteThreshold(Utf8JsonWriter json, StormThresholdResult threshold)
    {
        // Times as everywhere here in microseconds.
        double unit = threshold.Threshold.Figure == StormFigure.Back ? 1e6 : 1;
        json.WriteStartObject();
        json.WriteString("text", threshold.Threshold.Text);
        json.WriteString("unit", threshold.Threshold.Figure switch
        {
            StormFigure.Back => "us",
            StormFigure.Connects => "per_s",
            _ => "count",
        });
        json.WriteNumber("limit", Math.Round(threshold.Threshold.Limit * unit, 3));
        WriteNumber(json, "actual", threshold.Actual * unit);
        json.WriteBoolean("met", threshold.IsMet);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, Math.Round(number, 3));
        else
            json.WriteNull(name);
    }
}
