using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace SumSocket.Cli.Logging;

/// <summary>The log of a console program: on stderr, one line an event, with the time in UTC.</summary>
internal static class ConsoleLog
{
    // Enough for a burst of some thousand connections; what a stalled reader makes overflow is dropped and counted.
    private const int QueueLength = 8192;

    /// <summary>Opens the log. Disposing it writes what is still queued, for a bounded time.</summary>
    /// <param name="level">The least level to log.</param>
    /// <remarks>Put together by hand: the usual builder brings a container and a configuration, a quarter of a server's time to its first
    /// answer.</remarks>
    public static ILoggerFactory Create(LogLevel level) => Create(level, Open());

    /// <summary>Opens the log when the first line is written, for programs that mostly write none.</summary>
    /// <param name="level">The least level to log.</param>
    public static ILoggerFactory CreateDeferred(LogLevel level) => Create(level, new DeferredProvider(Open));

    private static LoggerFactory Create(LogLevel level, ILoggerProvider provider)
    {
        LoggerFactory factory = new([], new LoggerFilterOptions { MinLevel = level });
        factory.AddProvider(provider); // disposed with the factory
        return factory;
    }

    private static ConsoleLoggerProvider Open()
    {
        ConsoleLoggerOptions options = new()
        {
            FormatterName = LogLine.FormatterName,
            LogToStandardErrorThreshold = LogLevel.Trace,
            MaxQueueLength = QueueLength,
            // The default, waiting for room, would let a stalled log reader stop the service.
            QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite,
        };
        return new ConsoleLoggerProvider(new Unchanging(options), [new LogLine(UseColor)]);
    }

    private static bool UseColor => !Console.IsErrorRedirected && ConsoleTerminal.AllowsColor;

    private sealed class Unchanging(ConsoleLoggerOptions options) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => options;

        public ConsoleLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}
