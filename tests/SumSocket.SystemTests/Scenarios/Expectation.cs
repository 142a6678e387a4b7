using System.Globalization;
using System.Text.Json;

namespace SumSocket.SystemTests.Scenarios;

/// <summary>Finds in a result what a scenario names, and compares it with what it expects.</summary>
internal static class Expectation
{
    /// <summary>A member by its path: in a list an index, or what an element is called (<c>check</c>, <c>first</c>). The name of a finding
    /// alone is its result.</summary>
    public static string? Find(JsonElement result, string path)
    {
        if (result.TryGetProperty("findings", out JsonElement findings) && Element(findings, path) is { } finding)
            return finding.GetProperty("result").GetString();
        JsonElement? found = result;
        foreach (string step in path.Split('.'))
            found = found is { } parent ? Step(parent, step) : null;
        return found is { ValueKind: JsonValueKind.Null } ? "null" : found?.ToString();
    }

    /// <summary>Whether a value is one of <c>this|that</c>, where <c>3..5</c> is any number from 3 to 5.</summary>
    public static bool IsMet(string? value, string expected) => value is not null && expected.Split('|').Any(one =>
        one == value || (one.Split("..") is [var from, var to] && Number(value) >= Number(from) && Number(value) <= Number(to)));

    private static JsonElement? Step(JsonElement parent, string step) => parent.ValueKind switch
    {
        JsonValueKind.Object => parent.TryGetProperty(step, out JsonElement member) ? member : null,
        JsonValueKind.Array => int.TryParse(step, CultureInfo.InvariantCulture, out int index)
            ? index < parent.GetArrayLength() ? parent[index] : null
            : Element(parent, step),
        _ => null,
    };

    private static JsonElement? Element(JsonElement list, string name) => list.EnumerateArray().Cast<JsonElement?>().FirstOrDefault(
        one => new[] { "check", "first" }.Any(key => one!.Value.TryGetProperty(key, out JsonElement value) && value.ValueEquals(name)));

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;
}
