using FluentAssertions;
using Xunit;

namespace SumSocket.Tests.Torture;

/// <summary>Whether a leak is told from noise.</summary>
public sealed class TrendTests
{
    [Theory]
    [InlineData(0, false)] // noise alone
    [InlineData(-20, false)] // what falls is no leak
    [InlineData(2, false)] // significant, and too little to matter
    [InlineData(20, true)]
    public void Only_what_grows_surely_and_by_much_grows(double perHour, bool grows)
    {
        Random random = new(1);
        Trend trend = new("memory", "MB", slack: 2);
        for (int second = 0; second < 3600; second += 10)
            trend.Add(second, 50 + (perHour * second / 3600) + random.NextDouble());

        trend.Grows.Should().Be(grows, trend.ToString());
        trend.Slope.Should().BeApproximately(perHour, 4 * trend.Error);
        trend.Growth.Should().BeApproximately(perHour / 2, 0.5);
    }

    [Fact]
    public void Growth_of_the_first_half_is_warm_up()
    {
        Trend trend = new("memory", "MB", slack: 1);
        for (int second = 0; second < 100; second++)
            trend.Add(second, Math.Min(second, 50));

        trend.Grows.Should().BeFalse();
    }

    [Fact]
    public void Noise_that_wanders_is_not_taken_for_growth()
    {
        Random random = new(2);
        Trend trend = new("memory", "MB", slack: 1);
        double value = 0;
        for (int second = 0; second < 3600; second++)
            trend.Add(second, 50 + (5 * (value = (0.9 * value) + random.NextDouble() - 0.5)));

        trend.Grows.Should().BeFalse(trend.ToString());
    }
}
