using System.Buffers;

namespace SumSocket.Reports.Json;

/// <summary>Writes JSON objects, each followed by a newline and each at once: whatever ends the program leaves no half of one.</summary>
/// <param name="output">Where to.</param>
/// <param name="indented">For people: on several lines.</param>
internal sealed class JsonObjects(Stream output, bool indented = false)
{
    private readonly ArrayBufferWriter<byte> _object = new();

    /// <summary>Writes one object.</summary>
    /// <param name="members">Writes its members.</param>
    public void Write(Action<Utf8JsonWriter> members) => WriteWhole(json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    });

    /// <summary>Writes one object.</summary>
    /// <param name="write">Writes it, braces included.</param>
    public void WriteWhole(Action<Utf8JsonWriter> write)
    {
        _object.ResetWrittenCount();
        using (Utf8JsonWriter json = new(_object, new JsonWriterOptions { Indented = indented }))
            write(json);

        _object.Write("\n"u8);
        output.Write(_object.WrittenSpan);
        output.Flush();
    }
}

/// <summary>Times as numbers, exactly, in the unit that the name of the member ends in; null when there is none.</summary>
internal static class JsonTimes
{
    /// <summary>In microseconds.</summary>
    public static void WriteMicroseconds(this Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } span)
            json.WriteNumber(name, (decimal)span.Ticks / TimeSpan.TicksPerMicrosecond);
        else
            json.WriteNull(name);
    }

}
