using System.Text.Json.Serialization;
using SumSocket.Cli.Terminal;

namespace SumSocket.Reports.Json;

/// <summary>A value in a document is out of its range; the path is that of the exception.</summary>
internal sealed class JsonValueException(string message) : JsonException(message);

/// <summary>An integer from 0 on.</summary>
[JsonConverter(typeof(CountConverter))]
internal readonly record struct Count(long Value)
{
    public static implicit operator Count(long value) => new(value);
}

/// <summary>A number from 0 to 10^15.</summary>
[JsonConverter(typeof(FigureConverter))]
internal readonly record struct Figure(double Value)
{
    public static implicit operator Figure(double value) => new(value);
}

/// <summary>A number from 0 to 100.</summary>
[JsonConverter(typeof(PercentConverter))]
internal readonly record struct Percent(double Value)
{
    public static implicit operator Percent(double value) => new(value);
}

/// <summary>A time in seconds, to the microsecond.</summary>
[JsonConverter(typeof(SecondsConverter))]
internal readonly record struct Seconds(TimeSpan Time)
{
    public static implicit operator Seconds(TimeSpan time) => new(time);
}

/// <summary>A time in microseconds, exactly.</summary>
[JsonConverter(typeof(MicrosConverter))]
internal readonly record struct Micros(TimeSpan Time)
{
    public static implicit operator Micros(TimeSpan time) => new(time);
}

/// <summary>Percentiles, whose names hold what they are: <c>p99.9_us</c>.</summary>
[JsonConverter(typeof(PercentilesConverter))]
internal readonly record struct Percentiles(IReadOnlyList<PercentileValue> Values);

internal sealed class CountConverter : JsonConverter<Count>
{
    public override Count Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) && value >= 0
            ? value
            : throw new JsonValueException("is no count, or none that can be");

    public override void Write(Utf8JsonWriter writer, Count value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

internal sealed class FigureConverter : JsonConverter<Figure>
{
    public override Figure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ReadNumber(ref reader, 0, 1e15);

    public override void Write(Utf8JsonWriter writer, Figure value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);

    public static double ReadNumber(ref Utf8JsonReader reader, double min, double max) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double value) && value >= min && value <= max
            ? value
            : throw new JsonValueException("is no number, or none that can be");

    public static TimeSpan ReadTime(ref Utf8JsonReader reader, double min, long ticksPerUnit)
    {
        ReadNumber(ref reader, min, TimeSpan.MaxValue.Ticks / (double)ticksPerUnit / 2);
        return new TimeSpan((long)Math.Round(reader.GetDecimal() * ticksPerUnit));
    }
}

internal sealed class PercentConverter : JsonConverter<Percent>
{
    public override Percent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FigureConverter.ReadNumber(ref reader, 0, 100);

    public override void Write(Utf8JsonWriter writer, Percent value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

internal class SecondsConverter : JsonConverter<Seconds>
{
    protected virtual double Min => 0;

    public override Seconds Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FigureConverter.ReadTime(ref reader, Min, TimeSpan.TicksPerSecond);

    public override void Write(Utf8JsonWriter writer, Seconds value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(decimal.Round((decimal)value.Time.Ticks / TimeSpan.TicksPerSecond, 6));
}

internal sealed class SignedSecondsConverter : SecondsConverter
{
    protected override double Min => -1e9;
}

internal sealed class MicrosConverter : JsonConverter<Micros>
{
    public override Micros Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FigureConverter.ReadTime(ref reader, 0, TimeSpan.TicksPerMicrosecond);

    public override void Write(Utf8JsonWriter writer, Micros value, JsonSerializerOptions options) =>
        writer.WriteNumberValue((decimal)value.Time.Ticks / TimeSpan.TicksPerMicrosecond);
}

internal sealed class PercentilesConverter : JsonConverter<Percentiles>
{
    public override Percentiles Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonValueException("is no object");
        List<PercentileValue> values = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!name.StartsWith('p') || !name.EndsWith("_us", StringComparison.Ordinal)
                || !double.TryParse(name.AsSpan(1, name.Length - 4), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
                || percent is not (>= 0 and <= 100))
                throw new JsonValueException($"'{Printable.Text(name)}' is no percentile");
            reader.Read();
            bool isNone = reader.TokenType == JsonTokenType.Null;
            values.Add(new PercentileValue(percent, isNone ? null : FigureConverter.ReadTime(ref reader, 0, TimeSpan.TicksPerMicrosecond)));
        }

        return new Percentiles(values);
    }

    public override void Write(Utf8JsonWriter writer, Percentiles value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (PercentileValue percentile in value.Values)
            writer.WriteMicroseconds(BenchJson.NameOf(percentile.Percent), percentile.Value);
        writer.WriteEndObject();
    }
}
