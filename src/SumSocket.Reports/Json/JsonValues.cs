using System.Text.Json.Serialization;
using SumSocket.Cli.Terminal;

namespace SumSocket.Reports.Json;

/// <summary>A value in a document is out of its range; the path is that of the exception.</summary>
internal sealed class JsonValueException(string message) : JsonException(message);

/// <summary>A value in a document, which is checked as it is read.</summary>
internal interface IJsonValue<T>
{
    static abstract T Read(ref Utf8JsonReader reader);
    void Write(Utf8JsonWriter writer);
}

internal sealed class JsonValueConverter<T> : JsonConverter<T>
    where T : struct, IJsonValue<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => value.Write(writer);
}

/// <summary>An integer from 0 to 10^15, so that sums of them stay in range.</summary>
[JsonConverter(typeof(JsonValueConverter<Count>))]
internal readonly record struct Count(long Value) : IJsonValue<Count>
{
    public static implicit operator Count(long value) => new(value);
    public static Count Read(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) && value is >= 0 and <= 1_000_000_000_000_000
            ? value
            : throw new JsonValueException("is no count, or none that can be");
    public void Write(Utf8JsonWriter writer) => writer.WriteNumberValue(Value);
}

/// <summary>A number from 0 to 10^15.</summary>
[JsonConverter(typeof(JsonValueConverter<Figure>))]
internal readonly record struct Figure(double Value) : IJsonValue<Figure>
{
    public static implicit operator Figure(double value) => new(value);
    public static Figure Read(ref Utf8JsonReader reader) => JsonNumbers.Read(ref reader, 0, 1e15);
    public void Write(Utf8JsonWriter writer) => writer.WriteNumberValue(Value);
}

/// <summary>A number from 0 to 100.</summary>
[JsonConverter(typeof(JsonValueConverter<Percent>))]
internal readonly record struct Percent(double Value) : IJsonValue<Percent>
{
    public static implicit operator Percent(double value) => new(value);
    public static Percent Read(ref Utf8JsonReader reader) => JsonNumbers.Read(ref reader, 0, 100);
    public void Write(Utf8JsonWriter writer) => writer.WriteNumberValue(Value);
}

/// <summary>A time in seconds, to the microsecond.</summary>
[JsonConverter(typeof(JsonValueConverter<Seconds>))]
internal readonly record struct Seconds(TimeSpan Time) : IJsonValue<Seconds>
{
    public static implicit operator Seconds(TimeSpan time) => new(time);
    public static Seconds Read(ref Utf8JsonReader reader) => JsonNumbers.ReadTime(ref reader, 0, TimeSpan.TicksPerSecond);
    public void Write(Utf8JsonWriter writer) => writer.WriteNumberValue(decimal.Round((decimal)Time.Ticks / TimeSpan.TicksPerSecond, 6));
}

/// <summary>The same, also before the start.</summary>
[JsonConverter(typeof(JsonValueConverter<SignedSeconds>))]
internal readonly record struct SignedSeconds(TimeSpan Time) : IJsonValue<SignedSeconds>
{
    public static SignedSeconds Read(ref Utf8JsonReader reader) => new(JsonNumbers.ReadTime(ref reader, -1e9, TimeSpan.TicksPerSecond));
    public void Write(Utf8JsonWriter writer) => new Seconds(Time).Write(writer);
}

/// <summary>A time in milliseconds, to a tenth.</summary>
[JsonConverter(typeof(JsonValueConverter<Millis>))]
internal readonly record struct Millis(TimeSpan Time) : IJsonValue<Millis>
{
    private const long Step = TimeSpan.TicksPerMillisecond / 10;
    public static implicit operator Millis(TimeSpan time) => new(new TimeSpan((time.Ticks + Step / 2) / Step * Step));
    public static Millis Read(ref Utf8JsonReader reader) => JsonNumbers.ReadTime(ref reader, 0, TimeSpan.TicksPerMillisecond);
    public void Write(Utf8JsonWriter writer) => writer.WriteNumberValue((decimal)Time.Ticks / TimeSpan.TicksPerMillisecond);
}

/// <summary>A time in microseconds, exactly.</summary>
[JsonConverter(typeof(JsonValueConverter<Micros>))]
internal readonly record struct Micros(TimeSpan Time) : IJsonValue<Micros>
{
    public static implicit operator Micros(TimeSpan time) => new(time);
    public static Micros Read(ref Utf8JsonReader reader) => JsonNumbers.ReadTime(ref reader, 0, TimeSpan.TicksPerMicrosecond);
    public void Write(Utf8JsonWriter writer) => writer.WriteNumberValue((decimal)Time.Ticks / TimeSpan.TicksPerMicrosecond);
}

/// <summary>Percentiles, each in a member whose name contains it: <c>p99.9_us</c>.</summary>
[JsonConverter(typeof(JsonValueConverter<Percentiles>))]
internal readonly record struct Percentiles(IReadOnlyList<PercentileValue> Values) : IJsonValue<Percentiles>
{
    public static Percentiles Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonValueException("is no object");
        List<PercentileValue> values = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!name.StartsWith('p') || !name.EndsWith("_us", StringComparison.Ordinal)
                || !ThresholdText.TryReadNumber(name.AsSpan(1, name.Length - 4), out double percent) || percent > 100)
                throw new JsonValueException($"'{Printable.Text(name)}' is no percentile");
            reader.Read();
            values.Add(new PercentileValue(percent, reader.TokenType == JsonTokenType.Null ? null : Micros.Read(ref reader).Time));
        }

        return new Percentiles(values);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (PercentileValue percentile in Values)
            writer.WriteMicroseconds(BenchJson.NameOf(percentile.Percent), percentile.Value);
        writer.WriteEndObject();
    }
}

internal static class JsonNumbers
{
    private static TimeSpan Longest { get; } = TimeSpan.FromDays(365_000); // sums of times, and a date and a time, stay in range

    public static double Read(ref Utf8JsonReader reader, double min, double max) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double value) && value >= min && value <= max
            ? value
            : throw new JsonValueException("is no number, or none that can be");

    public static TimeSpan ReadTime(ref Utf8JsonReader reader, double min, long ticksPerUnit)
    {
        Read(ref reader, min, (double)Longest.Ticks / ticksPerUnit);
        return new TimeSpan((long)Math.Round(reader.GetDecimal() * ticksPerUnit));
    }

    /// <summary>Writes a time exactly, or null when there is none.</summary>
    public static void WriteMicroseconds(this Utf8JsonWriter json, string name, TimeSpan? time)
    {
        json.WritePropertyName(name);
        if (time is { } span)
            new Micros(span).Write(json);
        else
            json.WriteNullValue();
    }
}
