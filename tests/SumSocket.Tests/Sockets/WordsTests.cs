using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Server.Tcp;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Sockets;

/// <summary>Counts and spans in messages.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData(0, "0 requests")]
    [InlineData(1, "1 request")]
    [InlineData(2, "2 requests")]
    public void One_is_singular(long count, string expected) => new Counted(count, "request").ToString().Should().Be(expected);

    [Theory]
    [InlineData(10_000, "10s")]
    [InlineData(90_000, "1m30s")]
    [InlineData(300, "300ms")]
    [InlineData(0, "0ms")]
    [InlineData(-1, "none")]
    public void A_span_is_spelled_as_on_the_command_line(int milliseconds, string expected) =>
        new Spelled(TimeSpan.FromMilliseconds(milliseconds)).ToString().Should().Be(expected);

    [Fact]
    public void The_log_of_a_server_says_them_so()
    {
        Lines log = new();
        SumTcpServerLog.ConnectionClosed(log, 7, "peer_closed", "peer", "idle", 1, "request", 0, "errors", 2.5);
        SumTcpServerLog.Draining(log, 1, "connection", new Spelled(TimeSpan.FromSeconds(10)));
        SumTcpServerLog.DrainTimedOut(log, 2, "connections", new Spelled(TimeSpan.FromSeconds(10)));
        SumTcpServerLog.Stopped(log, 1, "connection", 1, "request");

        log.Text.Should().Equal(
            "#7 closed: peer_closed (peer, idle), 1 request (0 errors) in 2.5 s",
            "Stopping: 1 connection to drain within 10s",
            "Cutting 2 connections that did not end within 10s",
            "Stopped after 1 connection and 1 request");
    }

    private sealed class Lines : ILogger
    {
        public List<string> Text { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Text.Add(formatter(state, exception));
    }
}
