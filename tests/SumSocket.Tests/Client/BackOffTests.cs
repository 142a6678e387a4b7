using FluentAssertions;
using SumSocket.Client;
using Xunit;

namespace SumSocket.Tests.Client;

public sealed class BackOffTests
{
    private static readonly TimeSpan _initial = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _max = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(6, 3200)]
    [InlineData(7, 5000)]
    [InlineData(1000, 5000)]
    [InlineData(int.MaxValue, 5000)]
    public void Doubles_up_to_the_longest_pause(int attempt, int milliseconds)
    {
        BackOff.Delay(attempt, _initial, _max, 1).TotalMilliseconds.Should().Be(milliseconds);
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(0.5, 300)]
    [InlineData(1, 400)]
    public void Draws_between_half_of_the_pause_and_all_of_it(double random, int milliseconds)
    {
        BackOff.Delay(3, _initial, _max, random).TotalMilliseconds.Should().Be(milliseconds);
    }

    [Fact]
    public void Counts_attempts_from_one()
    {
        FluentActions.Invoking(() => BackOff.Delay(0, _initial, _max, 0)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
