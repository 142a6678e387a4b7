using System.Globalization;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Cli;
using Xunit;

namespace SumSocket.Tests.Cli;

public sealed class DeferredLoggerFactoryTests : ILoggerFactory, ILogger
{
    private readonly List<string> _written = [];
    private readonly TaskCompletionSource _mayOpen = new();
    private int _opened;
    private bool _isClosed;

    [Fact]
    public void Is_not_opened_while_nothing_is_written()
    {
        using (DeferredLoggerFactory factory = NewFactory())
            Write(factory.CreateLogger("x"), LogLevel.Debug, 1);

        _opened.Should().Be(0);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Writes_what_came_before_it_was_open_in_order()
    {
        using (DeferredLoggerFactory factory = NewFactory())
        {
            ILogger logger = factory.CreateLogger("x");
            for (int i = 0; i < 3; i++)
                Write(logger, LogLevel.Warning, i);
            _written.Should().BeEmpty("the log is not open, and nobody waited for it");
            _mayOpen.SetResult();
            await Task.Yield();
            Write(logger, LogLevel.Error, 3);
        }

        _written.Should().Equal("0", "1", "2", "3");
        (_opened, _isClosed).Should().Be((1, true));
    }

    [Fact]
    public void Drops_what_is_too_much_to_wait()
    {
        using (DeferredLoggerFactory factory = NewFactory())
        {
            for (int i = 0; i < 10; i++)
                Write(factory.CreateLogger("x"), LogLevel.Warning, i);
            _mayOpen.SetResult();
        }

        _written.Should().Equal("0", "1", "2", "3");
    }

    [Fact]
    public void Knows_its_level_without_being_open()
    {
        using DeferredLoggerFactory factory = NewFactory();
        ILogger logger = factory.CreateLogger("x");

        (logger.IsEnabled(LogLevel.Information), logger.IsEnabled(LogLevel.Warning), logger.IsEnabled(LogLevel.None)).Should().Be((false, true, false));
    }

    private static void Write(ILogger logger, LogLevel level, int number) =>
        logger.Log(level, default, number, null, static (state, _) => state.ToString(CultureInfo.InvariantCulture));

    private DeferredLoggerFactory NewFactory() => new(LogLevel.Warning, capacity: 4, () =>
    {
        _mayOpen.Task.Wait();
        _opened++;
        return this;
    });

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void ILoggerFactory.AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    void IDisposable.Dispose() => _isClosed = true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _written.Add(formatter(state, exception));
}
