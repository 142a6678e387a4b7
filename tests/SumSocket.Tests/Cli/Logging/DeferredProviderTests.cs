using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Cli.Logging;
using Xunit;

namespace SumSocket.Tests.Cli.Logging;

public sealed class DeferredProviderTests
{
    private readonly List<string> _seen = [];

    private LoggerFactory Create()
    {
        LoggerFactory log = new([], new LoggerFilterOptions { MinLevel = LogLevel.Warning });
        log.AddProvider(new DeferredProvider(() =>
        {
            _seen.Add("open");
            return new Recorder(_seen);
        }));
        return log;
    }

    [Fact]
    public void Opens_nothing_while_nothing_is_written()
    {
        using (LoggerFactory log = Create())
            Write(log.CreateLogger("a"), LogLevel.Information, 1, "too little");

        _seen.Should().BeEmpty();
    }

    [Fact]
    public void Opens_once_for_all_categories_and_closes_what_it_opened()
    {
        using (LoggerFactory log = Create())
        {
            Write(log.CreateLogger("a"), LogLevel.Warning, 7, "one");
            Write(log.CreateLogger("b"), LogLevel.Error, 0, "two", new InvalidOperationException("why"));
        }

        _seen.Should().Equal("open", "a Warning 7 one ", "b Error 0 two why", "close");
    }

    private static void Write(ILogger log, LogLevel level, int id, string text, Exception? exception = null) =>
        log.Log(level, id, text, exception, (state, _) => state);

    private sealed class Recorder(List<string> seen) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Line(seen, categoryName);

        public void Dispose() => seen.Add("close");
    }

    private sealed class Line(List<string> seen, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            seen.Add($"{category} {logLevel} {eventId.Id} {formatter(state, exception)} {exception?.Message}");
    }
}
