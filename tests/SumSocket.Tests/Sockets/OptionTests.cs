using FluentAssertions;
using SumSocket.Server.Tcp;
using SumSocket.Server.Udp;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Sockets;

public sealed class OptionTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:5656")]
    [InlineData("example.org", "example.org:5656")]
    [InlineData("::1", "[::1]:5656")]
    [InlineData("[::1]", "[::1]:5656")]
    public void Writes_an_address_with_one_pair_of_brackets(string host, string text) => HostAndPort.Format(host, 5656).Should().Be(text);

    public static TheoryData<string, KeepAlive> Wrong => new()
    {
        { "KeepAlive.Idle", KeepAlive.Default with { Idle = TimeSpan.Zero } },
        { "KeepAlive.Idle", KeepAlive.Default with { Idle = TimeSpan.FromSeconds(32_768) } },
        { "KeepAlive.Interval", KeepAlive.Default with { Interval = TimeSpan.FromSeconds(1.5) } },
        { "KeepAlive.Probes", KeepAlive.Default with { Probes = 0 } },
        { "KeepAlive.Probes", KeepAlive.Default with { Probes = 128 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Refuses_a_keep_alive_setting_that_the_kernel_does_not_take(string name, KeepAlive setting) =>
        setting.Invoking(s => s.Validate()).Should().Throw<ArgumentOutOfRangeException>().WithMessage($"{name}*");

    [Fact]
    public void Both_servers_take_the_same_longest_time_out()
    {
        TimeSpan tooLong = OptionRange.Longest + TimeSpan.FromMilliseconds(1);
        FluentActions.Invoking(() => new SumTcpServer(new() { ReadTimeout = OptionRange.Longest })).Should().NotThrow();
        FluentActions.Invoking(() => new SumUdpServer(new() { IdleTimeout = OptionRange.Longest })).Should().NotThrow();
        FluentActions.Invoking(() => new SumTcpServer(new() { ReadTimeout = tooLong })).Should().Throw<ArgumentException>()
            .WithMessage("ReadTimeout*");
        FluentActions.Invoking(() => new SumUdpServer(new() { IdleTimeout = tooLong })).Should().Throw<ArgumentException>()
            .WithMessage("IdleTimeout*");
    }
}
