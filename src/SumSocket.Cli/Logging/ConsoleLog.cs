using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace SumSocket.Cli.Logging;

/// <summary>The log of a console program: on stderr, one line an event, with the time in UTC.</summary>
internal static class ConsoleLog
{
    /// <summary>Opens the log, now or with its first line. Disposing it writes what is still queued, for a bounded time. Only a log in
    /// detail, which is wanted whole, has no limit of lines.</summary>
    /// <remarks>The usual builder's container and configuration take a quarter of a server's time to its first answer.</remarks>
    public static ILoggerFactory Create(LogLevel level, bool deferred = false)
    {
        LoggerFactory factory = new([], new LoggerFilterOptions { MinLevel = level });
        ILoggerProvider provider = deferred ? new DeferredProvider(Open) : Open();
        factory.AddProvider(level >= LogLevel.Information ? new LimitedProvider(provider, TimeProvider.System) : provider);
        return factory;
    }

    private static ConsoleLoggerProvider Open()
    {
        ConsoleLoggerOptions options = new()
        {
            FormatterName = LogLine.FormatterName,
            LogToStandardErrorThreshold = LogLevel.Trace,
            MaxQueueLength = 8192, // enough for a burst of some thousand connections
            // Drops are counted. The default, waiting for room, would let a stalled log reader stop the service.
            QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite,
        };
        bool useColor = !Console.IsErrorRedirected && ConsoleTerminal.AllowsColor;
        return new ConsoleLoggerProvider(new Unchanging(options), [new LogLine(useColor)]);
    }

    private sealed class Unchanging(ConsoleLoggerOptions options) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => options;

        public ConsoleLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}

/// <summary>Opens a log when there is something to write: with its thread and queue it is a tenth of the cost of a short run.</summary>
internal sealed class DeferredProvider(Func<ILoggerProvider> open) : ILoggerProvider
{
    private readonly Lazy<ILoggerProvider> _provider = new(open);

    public ILogger CreateLogger(string categoryName) => new DeferredLogger(_provider, categoryName);

    public void Dispose()
    {
        if (_provider.IsValueCreated)
            _provider.Value.Dispose();
    }

    private sealed class DeferredLogger(Lazy<ILoggerProvider> provider, string category) : ILogger
    {
        private ILogger? _logger;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null; // the lines show no scopes

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            (_logger ??= provider.Value.CreateLogger(category)).Log(logLevel, eventId, state, exception, formatter);
    }
}
