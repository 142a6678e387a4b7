using System.Text.Json.Serialization.Metadata;
using SumSocket.Cli.Terminal;

namespace SumSocket.Reports.Reading;

/// <summary>Reads a document, and names the member that is wrong where it is none.</summary>
internal static class DocumentReader
{
    /// <summary>Reads a document of a type.</summary>
    /// <exception cref="InvalidDataException">It is none; the message names the member that is wrong.</exception>
    public static T Read<T>(JsonElement root, JsonTypeInfo<T> contract, string type)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("schema_version", out JsonElement version))
            throw Wrong("schema_version", "is missing");
        if (version.ValueKind != JsonValueKind.Number || !version.TryGetInt64(out long number))
            throw Wrong("schema_version", "is no count, or none that can be");
        if (number != BenchJson.SchemaVersion)
            throw new InvalidDataException($"its schema version is {number}, and only {BenchJson.SchemaVersion} is known here");
        if (!IsOfType(root, type))
            throw Wrong("type", $"is not {type}");
        if (Missing(root, contract, "") is { } missing)
            throw Wrong(missing, "is missing");
        try
        {
            return root.Deserialize(contract)!;
        }
        catch (JsonException failure)
        {
            throw Wrong(
                Printable.Text((failure.Path ?? "").TrimStart('$', '.')),
                failure is JsonValueException ? failure.Message : "is no value of the kind that belongs there");
        }
    }

    public static bool IsOfType(JsonElement root, string type) => root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty("type", out JsonElement member) && member.ValueKind == JsonValueKind.String && member.ValueEquals(type);

    public static InvalidDataException Wrong(string path, string what) => new($"{path}: {what}");

    /// <summary>The path of the first member that must be there and is not, or of the first element that is null; null when all are there.
    /// </summary>
    private static string? Missing(JsonElement value, JsonTypeInfo type, string path)
    {
        IEnumerable<string?> found = (type.Kind, value.ValueKind) switch
        {
            (JsonTypeInfoKind.Object, JsonValueKind.Object) => type.Properties.Select(InMember),
            (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) =>
                value.EnumerateArray().Select((one, i) => InElement(one, $"{path.TrimEnd('.')}[{i}].")),
            (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) =>
                value.EnumerateObject().Select(one => InElement(one.Value, $"{path}{Printable.Text(one.Name)}.")),
            _ => [],
        };
        return found.FirstOrDefault(one => one is not null);

        string? InElement(JsonElement element, string elementPath) => element.ValueKind == JsonValueKind.Null
            ? elementPath.TrimEnd('.')
            : Missing(element, type.Options.GetTypeInfo(type.ElementType!), elementPath);

        string? InMember(JsonPropertyInfo property)
        {
            if (value.TryGetProperty(property.Name, out JsonElement member))
                return Missing(member, type.Options.GetTypeInfo(property.PropertyType), $"{path}{property.Name}.");
            bool isRequired = property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false };
            return isRequired ? path + property.Name : null;
        }
    }
}
