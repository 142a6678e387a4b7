using Microsoft.Extensions.Logging;

namespace SumSocket.Cli;

/// <summary>
/// A log that is opened when the first line is written to it, on a thread of the pool: opening takes as long as the rest of a short program together,
/// most programs never write a line, and the thread that wants to write the first may be one that must not wait.
/// </summary>
/// <param name="level">The least level to log; known without opening.</param>
/// <param name="capacity">How many lines may wait for the opening; those beyond are dropped.</param>
/// <param name="open">Opens the log.</param>
internal sealed class DeferredLoggerFactory(LogLevel level, int capacity, Func<ILoggerFactory> open) : ILoggerFactory
{
    private readonly LogLevel _level = level;
    private readonly Lock _gate = new();
    private readonly Queue<Action<ILoggerFactory>> _waiting = [];
    private volatile ILoggerFactory? _opened; // nothing waits any more
    private Task<ILoggerFactory>? _opening;

    public ILogger CreateLogger(string categoryName) => new DeferredLogger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The log has one provider.");

    /// <summary>Writes what waits, and closes the log if it was opened.</summary>
    public void Dispose()
    {
        Task<ILoggerFactory>? opening;
        lock (_gate)
            opening = _opening;
        opening?.GetAwaiter().GetResult().Dispose();
    }

    private bool TryDefer(Action<ILoggerFactory> write)
    {
        lock (_gate)
        {
            if (_opened is not null)
                return false;
            if (_waiting.Count < capacity)
                _waiting.Enqueue(write);
            _opening ??= Task.Run(Open);
            return true;
        }
    }

    /// <summary>Opens the log and writes what has waited for it, in order: until nothing waits, what is new goes behind.</summary>
    private ILoggerFactory Open()
    {
        ILoggerFactory factory = open();
        while (true)
        {
            Action<ILoggerFactory>? write;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out write))
                    return _opened = factory;
            }

            write(factory);
        }
    }

    private sealed class DeferredLogger(DeferredLoggerFactory owner, string category) : ILogger
    {
        private ILogger? _logger;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= owner._level && logLevel != LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null; // the format shows none

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            if (owner._opened is { } factory)
                Opened(factory).Log(logLevel, eventId, state, exception, formatter);
            else
                Defer(logLevel, eventId, state, exception, formatter);
        }

        // On its own: what the closure holds would be allocated at the start of the method, for each line of an open log, too.
        private void Defer<TState>(LogLevel level, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!owner.TryDefer(factory => Opened(factory).Log(level, eventId, state, exception, formatter)))
                Opened(owner._opened!).Log(level, eventId, state, exception, formatter);
        }

        private ILogger Opened(ILoggerFactory factory) => _logger ??= factory.CreateLogger(category);
    }
}
