using FluentAssertions;
using SumSocket.Commands.Bench;
using Xunit;

namespace SumSocket.Tests.Commands.Bench;

public class StartTimeTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 29, 20, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-29T20:00:30Z", 30)]
    [InlineData("2026-11-29T21:00:30+01:00", 30)]
    [InlineData("2026-11-29T20:01Z", 60)]
    [InlineData("2026-11-29T20:00:00.250Z", 0.25)]
    public void It_is_an_instant_whatever_the_time_zone(string text, double seconds)
    {
        StartTime start = StartTime.Parse(text, _now)!;

        (start.Instant - _now).TotalSeconds.Should().Be(seconds);
        start.Refusal(_now).Should().BeNull();
    }

    [Theory]
    [InlineData("20:15:30")]
    [InlineData("20:15")]
    [InlineData("2026-11-29T20:15:30")]
    public void Without_an_offset_it_is_local_time(string text)
    {
        DateTimeOffset morning = new(new DateTime(2026, 11, 29, 8, 0, 0, DateTimeKind.Local));

        DateTime local = StartTime.Parse(text, morning)!.Instant.DateTime;

        (local.Date, local.Hour, local.Minute).Should().Be((new DateTime(2026, 11, 29), 20, 15));
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("+30s")]
    [InlineData("25:00")]
    [InlineData("2026-11-29")]
    [InlineData("1795982400")]
    public void Anything_else_is_none(string text) => StartTime.Parse(text, _now).Should().BeNull();

    [Theory]
    [InlineData("2026-11-29T20:00:00Z", "'2026-11-29T20:00:00Z' is over, it is 2026-11-29T20:00:00.000Z: give an instant to come")]
    [InlineData("2027-11-29T20:00:00Z", "'2027-11-29T20:00:00Z' is more than a day from now: give an instant within it")]
    public void What_is_over_or_far_off_is_refused(string text, string refusal) =>
        StartTime.Parse(text, _now)!.Refusal(_now).Should().Be(refusal);
}
