using System.Text.Json;
using System.Text.RegularExpressions;

namespace SumSocket.Tests.Commands.Bench;

/// <summary>
/// Validates against the part of JSON Schema (2020-12) that the project's schemas use. A keyword it does not know is a fault, so that
/// nothing in a schema is passed over.
/// </summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly HashSet<string> _annotations = ["$schema", "$defs", "title", "description"];

    /// <summary>Reads a schema.</summary>
    public static JsonSchema Read(string path) => new(JsonDocument.Parse(File.ReadAllText(path)).RootElement);

    /// <summary>What is wrong with a value, each with its place; nothing when it is valid.</summary>
    /// <param name="value">The value.</param>
    /// <param name="definition">One of <c>$defs</c>; null for the schema itself.</param>
    public IReadOnlyList<string> Validate(JsonElement value, string? definition = null)
    {
        List<string> faults = [];
        Check(value, definition is null ? root : root.GetProperty("$defs").GetProperty(definition), "$", faults);
        return faults;
    }

    private void Check(JsonElement value, JsonElement schema, string at, List<string> faults)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            JsonElement wanted = keyword.Value;
            switch (keyword.Name)
            {
                case "$ref":
                    Check(value, Resolve(wanted.GetString()!), at, faults);
                    break;
                case "type":
                    string[] types = wanted.ValueKind == JsonValueKind.Array
                        ? [.. wanted.EnumerateArray().Select(one => one.GetString()!)]
                        : [wanted.GetString()!];
                    Require(types.Any(type => Is(value, type)), $"is no {string.Join(" or ", types)}");
                    break;
                case "const":
                    Require(JsonElement.DeepEquals(value, wanted), $"is not {wanted}");
                    break;
                case "enum":
                    Require(wanted.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)), $"is none of {wanted}");
                    break;
                case "minimum":
                    Require(value.ValueKind != JsonValueKind.Number || value.GetDouble() >= wanted.GetDouble(), $"is under {wanted}");
                    break;
                case "maximum":
                    Require(value.ValueKind != JsonValueKind.Number || value.GetDouble() <= wanted.GetDouble(), $"is over {wanted}");
                    break;
                case "pattern":
                    Require(
                        value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, wanted.GetString()!),
                        $"does not match {wanted}");
                    break;
                case "items":
                    for (int i = 0; value.ValueKind == JsonValueKind.Array && i < value.GetArrayLength(); i++)
                        Check(value[i], wanted, $"{at}[{i}]", faults);
                    break;
                case "required":
                    foreach (JsonElement name in wanted.EnumerateArray())
                        Require(
                            value.ValueKind != JsonValueKind.Object || value.TryGetProperty(name.GetString()!, out _), $"has no {name}");
                    break;
                case "properties" or "patternProperties" or "additionalProperties":
                    break; // together, below
                default:
                    Require(_annotations.Contains(keyword.Name), $"is described with '{keyword.Name}', which this validator does not know");
                    break;
            }
        }

        if (value.ValueKind == JsonValueKind.Object)
            CheckMembers(value, schema, at, faults);

        void Require(bool condition, string fault)
        {
            if (!condition)
                faults.Add($"{at} {fault}: {value}");
        }
    }

    private void CheckMembers(JsonElement value, JsonElement schema, string at, List<string> faults)
    {
        foreach (JsonProperty member in value.EnumerateObject())
        {
            string place = $"{at}.{member.Name}";
            bool isKnown = false;
            if (schema.TryGetProperty("properties", out JsonElement properties)
                && properties.TryGetProperty(member.Name, out JsonElement own))
            {
                isKnown = true;
                Check(member.Value, own, place, faults);
            }

            if (schema.TryGetProperty("patternProperties", out JsonElement patterns))
            {
                foreach (JsonProperty pattern in patterns.EnumerateObject().Where(pattern => Regex.IsMatch(member.Name, pattern.Name)))
                {
                    isKnown = true;
                    Check(member.Value, pattern.Value, place, faults);
                }
            }

            if (isKnown || !schema.TryGetProperty("additionalProperties", out JsonElement others))
                continue;
            if (others.ValueKind == JsonValueKind.False)
                faults.Add($"{place} is not described");
            else
                Check(member.Value, others, place, faults);
        }
    }

    private JsonElement Resolve(string reference)
    {
        JsonElement at = root;
        foreach (string part in reference.TrimStart('#', '/').Split('/'))
            at = at.GetProperty(part);
        return at;
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new ArgumentException($"no type '{type}'"),
    };
}
