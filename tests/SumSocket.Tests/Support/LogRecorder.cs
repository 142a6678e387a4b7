using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SumSocket.Tests;

/// <summary>One message of a log.</summary>
internal sealed record LogEntry(LogLevel Level, int Id, string Message, IReadOnlyList<KeyValuePair<string, object?>> Fields)
{
    public object? this[string field] => Fields.First(pair => pair.Key == field).Value;
}

/// <summary>A log that a test can wait on and look through.</summary>
internal sealed class LogRecorder(LogLevel lowest = LogLevel.Information) : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private readonly ConcurrentDictionary<int, Channel<LogEntry>> _byId = new();

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    /// <summary>Called with each entry, on the thread that logs.</summary>
    public Action<LogEntry>? OnEntry { get; set; }

    /// <summary>The next entry with this event id that was not yet taken.</summary>
    public async Task<LogEntry> NextAsync(int id) => await ChannelOf(id).Reader.ReadAsync().AsTask().WaitAsync(TestTimeout.Span);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var fields = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
        var entry = new LogEntry(logLevel, eventId.Id, $"{formatter(state, exception)}{exception}", [.. fields]);
        _entries.Enqueue(entry);
        ChannelOf(eventId.Id).Writer.TryWrite(entry);
        OnEntry?.Invoke(entry);
    }

    public void Dispose()
    {
    }

    private Channel<LogEntry> ChannelOf(int id) => _byId.GetOrAdd(id, _ => Channel.CreateUnbounded<LogEntry>());
}
