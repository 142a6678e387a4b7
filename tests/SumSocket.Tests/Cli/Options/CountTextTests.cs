using FluentAssertions;
using SumSocket.Cli.Options;
using Xunit;

namespace SumSocket.Tests.Cli.Options;

public class CountTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500", 500)]
    [InlineData("10k", 10_000)]
    [InlineData("2m", 2_000_000)]
    [InlineData("3M", 3_000_000)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775k", 9_223_372_036_854_775_000)]
    public void Reads_counts(string text, long expected)
    {
        CountText.TryParse(text, out long count).Should().BeTrue();
        count.Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("k")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5k")]
    [InlineData("1kk")]
    [InlineData(" 1")]
    [InlineData("1g")]
    [InlineData("9223372036854775808")]
    [InlineData("9223372036854776k")]
    public void Refuses_what_is_no_count(string text) => CountText.TryParse(text, out _).Should().BeFalse();

    [Theory]
    [InlineData("0", 0)]
    [InlineData("20k", 20_000)]
    [InlineData("100m", 100_000_000)]
    [InlineData("0.5", 0.5)]
    [InlineData("0.001", 0.001)]
    [InlineData("2.50", 2.5)]
    public void Reads_rates(string text, double expected)
    {
        CountText.TryParseRate(text, out double rate).Should().BeTrue();
        rate.Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-0.5")]
    [InlineData("0.0001")]
    [InlineData("1e3")]
    [InlineData("0.5k")]
    [InlineData("100000001")]
    [InlineData("100000000.001")]
    public void Refuses_what_is_no_rate(string text) => CountText.TryParseRate(text, out _).Should().BeFalse();
}
