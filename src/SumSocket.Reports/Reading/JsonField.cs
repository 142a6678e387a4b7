using System.Text.Json;
using SumSocket.Cli.Terminal;

namespace SumSocket.Reports.Reading;

/// <summary>A value in a JSON document and the way to it, so that what is wrong with it can be said: <c>totals.ok: is missing</c>.</summary>
internal readonly struct JsonField(JsonElement value, string path = "")
{
    /// <summary>Whether it is null.</summary>
    public bool IsNull => value.ValueKind == JsonValueKind.Null;

    /// <summary>A member, which must be there. Members that nobody asks for may come with later versions.</summary>
    public JsonField this[string name] => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement member)
        ? new JsonField(member, At(name))
        : throw new InvalidDataException($"{At(name)}: is missing");

    /// <summary>Whether there is a member that is this text.</summary>
    public bool Says(string name, string text) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement member)
        && member.ValueKind == JsonValueKind.String && member.ValueEquals(text);

    /// <summary>Text.</summary>
    public string Text() => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong("is no text");

    /// <summary>True or false.</summary>
    public bool Flag() => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong("is neither true nor false");

    /// <summary>An integer from <paramref name="min"/> on.</summary>
    public long Count(long min = 0, long max = long.MaxValue) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= min && number <= max
            ? number
            : throw Wrong("is no count, or none that can be");

    /// <summary>A number from <paramref name="min"/> on.</summary>
    public double Number(double min = 0, double max = 1e15) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= min && number <= max
            ? number
            : throw Wrong("is no number, or none that can be");

    /// <summary>A span that is given in seconds.</summary>
    public TimeSpan Seconds(double min = 0) => Span(min, TimeSpan.TicksPerSecond);

    /// <inheritdoc cref="Seconds"/>
    public TimeSpan? SecondsOrNone() => IsNull ? null : Seconds();

    /// <summary>A span that is given in microseconds.</summary>
    public TimeSpan Microseconds() => Span(0, TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc cref="Microseconds"/>
    public TimeSpan? MicrosecondsOrNone() => IsNull ? null : Microseconds();

    /// <summary>The elements of an array, each made into something.</summary>
    public IReadOnlyList<T> Each<T>(Func<JsonField, T> read)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong("is no array");
        List<T> all = new(value.GetArrayLength());
        foreach (JsonElement element in value.EnumerateArray())
            all.Add(read(new JsonField(element, $"{path}[{all.Count}]")));
        return all;
    }

    /// <summary>The members of an object by their names, each made into something.</summary>
    public IReadOnlyList<T> EachMember<T>(Func<string, JsonField, T> read)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Wrong("is no object");
        List<T> all = [];
        foreach (JsonProperty member in value.EnumerateObject())
            all.Add(read(member.Name, new JsonField(member.Value, At(Printable.Text(member.Name))))); // it may end on a terminal
        return all;
    }

    /// <summary>What to throw when it is not what it must be.</summary>
    public InvalidDataException Wrong(string what) => new(path.Length == 0 ? what : $"{path}: {what}");

    private TimeSpan Span(double min, long ticksPerUnit)
    {
        Number(min, TimeSpan.MaxValue.Ticks / (double)ticksPerUnit / 2);
        return new TimeSpan((long)Math.Round(value.GetDecimal() * ticksPerUnit));
    }

    private string At(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
