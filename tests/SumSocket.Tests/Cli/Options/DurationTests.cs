using FluentAssertions;
using SumSocket.Cli.Options;
using Xunit;

namespace SumSocket.Tests.Cli.Options;

public class DurationTests
{
    [Theory]
    [InlineData("300ms", 300)]
    [InlineData("10s", 10_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1h2m3s4ms", 3_723_004)]
    [InlineData("15", 15_000)]
    [InlineData("1.5", 1_500)]
    [InlineData("1.5s", 1_500)]
    [InlineData(".25s", 250)]
    [InlineData("576h", 24 * 86_400_000L)]
    public void Reads_durations(string text, long milliseconds)
    {
        Duration.TryParse(text, out Duration duration).Should().BeTrue();
        duration.Value.TotalMilliseconds.Should().Be(milliseconds);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("0")]
    [InlineData("0s")]
    public void Reads_none_and_zero_as_no_limit(string text)
    {
        Duration.TryParse(text, out Duration duration).Should().BeTrue();
        duration.Value.Should().Be(Timeout.InfiniteTimeSpan);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("s")]
    [InlineData("5x")]
    [InlineData("5 s")]
    [InlineData("5S")]
    [InlineData("1s1h")]
    [InlineData("1s1s")]
    [InlineData("0.5ms1s")]
    [InlineData("1m30")]
    [InlineData("1e3")]
    [InlineData("1,5s")]
    [InlineData("1.2.3s")]
    [InlineData(".")]
    [InlineData("0.9ms")]
    [InlineData("577h")]
    [InlineData("999999999999h")]
    [InlineData("0000000000001s")]
    [InlineData("٣s")]
    [InlineData("None")]
    public void Refuses_what_is_no_duration(string text) => Duration.TryParse(text, out _).Should().BeFalse();

    [Theory]
    [InlineData("30s")]
    [InlineData("300ms")]
    [InlineData("1m30s")]
    [InlineData("2h")]
    [InlineData("1h0.5s")]
    [InlineData("1.5s")]
    [InlineData("none")]
    public void Writes_what_it_reads(string text)
    {
        Duration.TryParse(text, out Duration duration).Should().BeTrue();
        duration.ToString().Should().Be(text);
    }
}
