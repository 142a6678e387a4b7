using FluentAssertions;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement.Statistics;

public class JitterTests
{
    [Fact]
    public void Moves_by_a_sixteenth_of_each_difference()
    {
        Jitter jitter = new();
        jitter.Add(TimeSpan.FromMilliseconds(10));
        jitter.Value.Should().BeNull("one time differs from nothing");
        jitter.Add(TimeSpan.FromMilliseconds(26));
        jitter.Value.Should().Be(TimeSpan.FromMilliseconds(1));
        jitter.Add(TimeSpan.FromMilliseconds(10));
        jitter.Value.Should().Be(TimeSpan.FromMilliseconds(1 + 15.0 / 16));
        jitter.Add(TimeSpan.FromMilliseconds(10));
        jitter.Value.Should().Be(TimeSpan.FromMilliseconds((1 + 15.0 / 16) * 15 / 16));
    }

    [Fact]
    public void Comes_to_the_mean_difference_of_an_even_alternation()
    {
        Jitter jitter = new();
        for (int i = 0; i < 1_000; i++)
            jitter.Add(TimeSpan.FromMilliseconds(i % 2 == 0 ? 5 : 8));

        jitter.Value!.Value.TotalMilliseconds.Should().BeApproximately(3, 0.001);
    }
}
