using SumSocket.Cli;
using SumSocket.Cli.Terminal;

namespace SumSocket.Reports.Reading;

/// <summary>Reads a result: what <c>idle --json</c>, <c>storm --json</c> or <c>bench --output json</c> wrote, or <c>ndjson</c>, whose last
/// line is the same. Which it is, its content says.</summary>
internal static class ResultFile
{
    // Nine days of one-second intervals, of about 600 bytes each. Reading takes about seven times as much memory.
    private const int MaxLength = 512 * 1024 * 1024;

    /// <summary>Reads a file. One that cannot be read or is something else is wrong usage.</summary>
    public static RecordedRun Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return Read(ReadAll(stream), Path.GetFileName(file));
        }
        catch (Exception failure) when (Describe(failure) is { } why)
        {
            throw new CommandFailedException(ExitCode.Usage, $"report: '{Printable.Text(file)}' {why}");
        }
    }

    /// <exception cref="InvalidDataException">It is something else; the message says why.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static RecordedRun Read(ReadOnlySpan<byte> json, string name)
    {
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..]; // a byte order mark, which a redirection on Windows may leave
        Utf8JsonReader reader = new(json, new JsonReaderOptions { AllowMultipleValues = true });
        RecordedRun? last = null;
        bool any = false;
        try
        {
            while (reader.Read())
            {
                using JsonDocument document = JsonDocument.ParseValue(ref reader);
                any = true;
                if (DocumentReader.IsOfType(document.RootElement, "interval"))
                    continue;
                last = last is not null
                    ? throw new InvalidDataException("it holds more than one: give each a file of its own")
                    : Read(document.RootElement, name);
            }
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException("text that is not Unicode"); // half a surrogate pair, which only shows when it is read
        }

        return last ?? throw new InvalidDataException(any ? "intervals, but not the result that ends them" : "it is empty");
    }

    private static RecordedRun Read(JsonElement root, string name) => root switch
    {
        _ when DocumentReader.IsOfType(root, "idle") => new RecordedIdle(name, ReadIdle(root)),
        _ when DocumentReader.IsOfType(root, "storm") => new RecordedStorm(name, ReadStorm(root)),
        _ => BenchReader.Read(root, name),
    };

    private static IdleDocument ReadIdle(JsonElement root)
    {
        IdleDocument idle = DocumentReader.Read(root, RunContext.Default.IdleDocument, "idle");
        if (idle.Mode == IdleMode.Hold && idle.Hold is null)
            throw DocumentReader.Wrong("hold", "is missing");
        return idle;
    }

    private static StormDocument ReadStorm(JsonElement root)
    {
        StormDocument storm = DocumentReader.Read(root, RunContext.Default.StormDocument, "storm");
        return storm.Rounds.Count == 0 || storm.All is not null ? storm : throw DocumentReader.Wrong("all", "is missing");
    }

    private static ReadOnlySpan<byte> ReadAll(FileStream stream)
    {
        MemoryStream all = new();
        byte[] part = new byte[81_920];
        for (int read; (read = stream.Read(part)) > 0;) // its length is unknown when it is a pipe
        {
            all.Write(part, 0, read);
            if (all.Length > MaxLength)
                throw new InvalidDataException("it is longer than any");
        }

        return all.GetBuffer().AsSpan(0, (int)all.Length);
    }

    private static string? Describe(Exception failure) => failure switch
    {
        JsonException => "is no result of bench, idle or storm: not JSON, or cut off",
        InvalidDataException => $"is no result of bench, idle or storm: {failure.Message}",
        FileNotFoundException or DirectoryNotFoundException or ArgumentException => "is not there", // the last: no name at all
        IOException or UnauthorizedAccessException => "cannot be read",
        OutOfMemoryException => "is too long for the memory there is",
        _ => null,
    };
}
