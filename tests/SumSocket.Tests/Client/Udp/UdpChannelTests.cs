using FluentAssertions;
using SumSocket.Client.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class UdpChannelTests
{
    [Theory]
    [InlineData(1, 0, 200)]
    [InlineData(1, 1, 300)]
    [InlineData(3, 0, 800)]
    [InlineData(3, 0.5, 1000)]
    [InlineData(6, 0, 5000)]
    [InlineData(6, 1, 7500)]
    [InlineData(int.MaxValue, 0, 5000)]
    public void Doubles_up_to_the_longest_interval_and_adds_up_to_half(int tries, double random, int milliseconds)
    {
        UdpChannel.RepeatInterval(tries, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), random).TotalMilliseconds.Should()
            .Be(milliseconds);
    }
}
