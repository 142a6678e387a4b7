using FluentAssertions;
using SumSocket.Client.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class SumUdpClientOptionsTests
{
    public static TheoryData<string, SumUdpClientOptions> Wrong => new()
    {
        { "Host", new() { Host = " " } },
        { "Port", new() { Port = 0 } },
        { "Port", new() { Port = 65_536 } },
        { "RequestTimeout", new() { RequestTimeout = TimeSpan.FromDays(25) } },
        { "MaxInFlight", new() { MaxInFlight = 0 } },
        { "MaxInFlight", new() { MaxInFlight = 65_537 } },
        { "RepeatAfter", new() { RepeatAfter = Timeout.InfiniteTimeSpan } },
        { "RepeatAfter", new() { RepeatAfter = TimeSpan.Zero } },
        { "MaxRepeatInterval", new() { MaxRepeatInterval = TimeSpan.FromMilliseconds(199) } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Names_the_option_that_is_out_of_range(string name, SumUdpClientOptions options)
    {
        FluentActions.Invoking(() => new SumUdpClient(options)).Should().Throw<ArgumentException>().WithMessage($"*{name}*");
    }

    [Fact]
    public void Takes_the_defaults_and_no_limit()
    {
        FluentActions.Invoking(() => new SumUdpClient(new())).Should().NotThrow();
        FluentActions.Invoking(() => new SumUdpClient(new() { RequestTimeout = Timeout.InfiniteTimeSpan })).Should().NotThrow();
    }
}
