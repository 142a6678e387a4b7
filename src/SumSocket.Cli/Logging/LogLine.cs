using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace SumSocket.Cli.Logging;

/// <summary>Writes <c>2026-01-31T12:00:00.000Z info: Category[id] message</c>, as the framework's own formatter does on a single line,
/// without the container and the configuration that one comes with.</summary>
internal sealed class LogLine(bool useColor) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    private const string EndOfColor = "\e[39m\e[22m\e[49m";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        Span<char> time = stackalloc char[32];
        DateTime.UtcNow.TryFormat(time, out int length, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        textWriter.Write(time[..length]);
        textWriter.Write(' ');
        (string level, string color) = Label(logEntry.LogLevel);
        textWriter.Write(useColor ? $"{color}{level}{EndOfColor}" : level);
        textWriter.Write($": {logEntry.Category}[{logEntry.EventId.Id}] ");
        WriteInOneLine(textWriter, message);
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(' ');
            WriteInOneLine(textWriter, exception.ToString());
        }

        textWriter.Write('\n');
    }

    private static void WriteInOneLine(TextWriter writer, string text) =>
        writer.Write(text.Contains('\n', StringComparison.Ordinal) ? text.ReplaceLineEndings(" ") : text);

    private static (string Level, string Color) Label(LogLevel level) => level switch
    {
        LogLevel.Trace => ("trce", "\e[37m\e[40m"),
        LogLevel.Debug => ("dbug", "\e[37m\e[40m"),
        LogLevel.Information => ("info", "\e[32m\e[40m"),
        LogLevel.Warning => ("warn", "\e[1m\e[33m\e[40m"),
        LogLevel.Error => ("fail", "\e[30m\e[41m"),
        _ => ("crit", "\e[37m\e[41m"),
    };
}
