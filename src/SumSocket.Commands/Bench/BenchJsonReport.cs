using System.Buffers;
using System.Text.Json;
using SumSocket.Measurement.Bench;

namespace SumSocket.Commands.Bench;

/// <summary>A bench for programs: the result as one JSON object, and before it, when asked to, each interval as one when it ends.</summary>
/// <param name="output">Where to write.</param>
/// <param name="setting">What the result says of itself.</param>
/// <param name="withIntervals">Whether to write the intervals as they end, each object on one line.</param>
internal sealed class BenchJsonReport(Stream output, BenchSetting setting, bool withIntervals) : IBenchReport
{
    private readonly ArrayBufferWriter<byte> _object = new();

    public void Begin()
    {
    }

    public void Tell(BenchInterval interval)
    {
        if (!withIntervals)
            return;
        Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schema_version", BenchJson.SchemaVersion);
            json.WriteString("type", "interval");
            BenchJson.WriteInterval(json, interval);
            json.WriteEndObject();
        });
    }

    public void End(BenchResult result, int exitCode) => Write(json => BenchJson.WriteResult(json, result, setting, exitCode));

    private void Write(Action<Utf8JsonWriter> what)
    {
        _object.ResetWrittenCount();
        using (Utf8JsonWriter json = new(_object, new JsonWriterOptions { Indented = !withIntervals }))
            what(json);
        _object.Write("\n"u8);
        output.Write(_object.WrittenSpan); // whole objects: whatever ends the program leaves no half of one
        output.Flush();
    }
}
