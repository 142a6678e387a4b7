using System.Buffers;

namespace SumSocket.Reports.Json;

/// <summary>Writes JSON objects, each with a newline in one write, so that no end of the program leaves half of one.</summary>
internal sealed class JsonObjects(Stream output, bool indented = false)
{
    private readonly ArrayBufferWriter<byte> _object = new();

    /// <summary>Writes one object: <paramref name="write"/> writes it, braces included.</summary>
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
