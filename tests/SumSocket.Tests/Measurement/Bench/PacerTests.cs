using FluentAssertions;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class PacerTests
{
    [Theory]
    [InlineData(0, 1_000, 0)]
    [InlineData(1, 1_000, 10_000)]
    [InlineData(999, 1_000, 9_990_000)]
    [InlineData(1, 3, 3_333_333)]
    [InlineData(3, 3, 10_000_000)]
    [InlineData(1, 0.5, 20_000_000)]
    [InlineData(3, 0.001, 30_000_000_000)]
    [InlineData(86_400_000_000_000, 1_000_000, 864_000_000_000_000)] // a thousand days at a million a second
    public void Request_n_is_due_at_n_over_the_rate(long number, double rate, long ticks) =>
        Pacer.DueAt(number, rate).Ticks.Should().Be(ticks);

    [Fact]
    public void What_is_due_by_an_instant_is_exactly_what_is_due_no_later()
    {
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            double rate = random.NextInt64(1, 1L << random.Next(1, 36)) / 1000.0;
            TimeSpan elapsed = TimeSpan.FromTicks(random.NextInt64(1L << random.Next(1, 44)));

            long next = Pacer.DueBy(elapsed, rate);

            Pacer.DueAt(next, rate).Should().BeGreaterThan(elapsed, "rate {0}", rate);
            Pacer.DueAt(next - 1, rate).Should().BeLessThanOrEqualTo(elapsed, "rate {0}", rate);
        }
    }
}
