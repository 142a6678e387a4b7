using System.Buffers;

namespace SumSocket.Reports.Json;

/// <summary>Writes JSON objects, each with a newline in one write, so that no end of the program leaves half of one.</summary>
/// <param name="output">Where to write.</param>
/// <param name="indented">For people: on several lines.</param>
internal sealed class JsonObjects(Stream output, bool indented = false)
{
    private readonly ArrayBufferWriter<byte> _object = new();

    /// <summary>Writes one object, which the caller writes, braces included.</summary>
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
