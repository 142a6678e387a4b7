using SumSocket.Cli;
using SumSocket.Cli.Terminal;

namespace SumSocket.Reports.Reading;

/// <summary>A file with the result of a bench: what <c>--output json</c> wrote, or <c>ndjson</c>, whose last line is the same.</summary>
internal static class BenchFile
{
    // Nine days of one-second intervals, of about 600 bytes each. What is read takes about seven times as much memory.
    private const int MaxLength = 512 * 1024 * 1024;

    /// <summary>Reads it. What cannot be read or is something else is wrong usage.</summary>
    public static RecordedBench Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return Read(ReadAll(stream), Path.GetFileName(file));
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw Refuse(file, $"is no result of a bench: {(e is JsonException ? "not JSON, or cut off" : e.Message)}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException) // the last: no name at all
        {
            throw Refuse(file, "is not there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse(file, "cannot be read");
        }
        catch (OutOfMemoryException)
        {
            throw Refuse(file, "is too long for the memory there is");
        }
    }

    /// <summary>Reads what a file holds.</summary>
    /// <exception cref="InvalidDataException">It is something else, and what shows it.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static RecordedBench Read(ReadOnlySpan<byte> json, string name)
    {
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..]; // a byte order mark, which a redirection on Windows may leave
        Utf8JsonReader reader = new(json, new JsonReaderOptions { AllowMultipleValues = true });
        RecordedBench? last = null;
        bool any = false;
        while (reader.Read())
        {
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            any = true;
            if (!BenchReader.IsOfType(document.RootElement, "interval"))
                last = ReadResult(document.RootElement, name);
        }

        return last ?? throw new InvalidDataException(any ? "intervals, but not the result that ends them" : "it is empty");
    }

    private static RecordedBench ReadResult(JsonElement root, string name)
    {
        try
        {
            return BenchReader.Read(root, name);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException("text that is not Unicode"); // half a surrogate pair, which only shows when it is read
        }
    }

    private static ReadOnlySpan<byte> ReadAll(FileStream stream)
    {
        MemoryStream all = new();
        byte[] part = new byte[81_920];
        for (int read; (read = stream.Read(part)) > 0;)
        {
            all.Write(part, 0, read);
            if (all.Length > MaxLength)
                throw new InvalidDataException("it is longer than any");
        }

        return all.GetBuffer().AsSpan(0, (int)all.Length);
    }

    private static CommandFailedException Refuse(string file, string why) => new(ExitCode.Usage, $"report: '{Printable.Text(file)}' {why}");
}
