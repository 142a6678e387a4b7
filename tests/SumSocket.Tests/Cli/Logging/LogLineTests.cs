using FluentAssertions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Cli.Logging;
using Xunit;

namespace SumSocket.Tests.Cli.Logging;

/// <summary>What a line of a program's log looks like.</summary>
public sealed class LogLineTests
{
    [Theory]
    [InlineData(LogLevel.Trace, "trce")]
    [InlineData(LogLevel.Debug, "dbug")]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "fail")]
    [InlineData(LogLevel.Critical, "crit")]
    public void Begins_with_the_time_and_the_level(LogLevel level, string label) =>
        Line(level, "hello").Should().MatchRegex($@"^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z {label}: Some\.Category\[42\] hello\n$");

    [Fact]
    public void Colours_nothing_but_the_level() =>
        Line(LogLevel.Information, "hello", useColor: true).Should()
            .EndWith("\e[32m\e[40minfo\e[39m\e[22m\e[49m: Some.Category[42] hello\n");

    [Fact]
    public void Is_one_line_also_with_an_exception() =>
        Line(LogLevel.Error, "first\r\nsecond", new InvalidOperationException("third\nfourth"))
            .Should().EndWith("fail: Some.Category[42] first second System.InvalidOperationException: third fourth\n");

    private static string Line(LogLevel level, string message, Exception? exception = null, bool useColor = false)
    {
        var entry = new LogEntry<string>(level, "Some.Category", new EventId(42), message, exception, (state, _) => state);
        using StringWriter writer = new();
        new LogLine(useColor).Write(entry, null, writer);
        return writer.ToString();
    }
}
