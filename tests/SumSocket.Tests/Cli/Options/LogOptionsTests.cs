using System.CommandLine;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Cli.Options;
using Xunit;

namespace SumSocket.Tests.Cli.Options;

public class LogOptionsTests
{
    [Theory]
    [InlineData("", LogLevel.Information)]
    [InlineData("-v", LogLevel.Debug)]
    [InlineData("-q", LogLevel.Warning)]
    [InlineData("--log-level error", LogLevel.Error)]
    [InlineData("--log-level Information -q", LogLevel.Information)]
    [InlineData("-v --log-level none", LogLevel.None)]
    [InlineData("-vq", LogLevel.Debug)]
    public void Picks_the_level(string arguments, LogLevel expected)
    {
        LogOptions options = new(LogLevel.Information, _ => "Less");
        RootCommand root = new();
        options.AddTo(root);

        options.Level(root.Parse(arguments)).Should().Be(expected);
    }
}
