using System.Text.Json;
using SumSocket.Measurement.Paths;

namespace SumSocket.Commands.Paths;

/// <summary>An examination for people and for programs.</summary>
internal static class PathReports
{
    public static string Header(string target, string transport) => $"PATH {target} ({transport})\n";

    /// <summary>A line for each finding, then the verdict.</summary>
    public static string Text(PathResult result)
    {
        StringBuilder text = new();
        int width = result.Findings.Max(finding => finding.Check.Length);
        foreach (PathFinding finding in result.Findings)
            text.Append(finding.Check.Replace('_', ' ').PadRight(width)).Append("  ").Append(Line(finding.Text)).Append('\n');
        text.Append('\n');
        foreach (string sentence in result.Verdict)
            text.Append(Line(sentence)).Append('\n');
        return text.ToString();
    }

    /// <summary>One object; docs/path.schema.json describes it.</summary>
    public static void WriteJson(Stream output, string target, string transport, PathResult result) =>
        new JsonObjects(output, indented: true).WriteWhole(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", 1);
            json.WriteString("type", "path");
            json.WriteString("target", target);
            json.WriteString("transport", transport);
            json.WriteBoolean("interrupted", result.IsInterrupted);
            json.WriteStartArray("findings");
            foreach (PathFinding finding in result.Findings)
                Write(json, finding);
            json.WriteEndArray();
            json.WriteStartArray("verdict");
            foreach (string sentence in result.Verdict)
                json.WriteStringValue(sentence);
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void Write(Utf8JsonWriter json, PathFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("check", finding.Check);
        json.WriteString("result", finding.Result);
        json.WriteString("text", finding.Text);
        json.WriteStartObject("evidence");
        foreach ((string name, object? value) in finding.Evidence)
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case long number:
                    json.WriteNumberValue(number);
                    break;
                case double number:
                    json.WriteNumberValue(number);
                    break;
                default:
                    json.WriteStringValue(value.ToString());
                    break;
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What a peer says is part of some lines.</summary>
    private static string Line(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
