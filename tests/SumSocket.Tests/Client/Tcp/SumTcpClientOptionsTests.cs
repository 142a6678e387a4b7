using FluentAssertions;
using SumSocket.Client.Tcp;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class SumTcpClientOptionsTests
{
    public static TheoryData<string, SumTcpClientOptions> Wrong => new()
    {
        { "Host", new() { Host = " " } },
        { "Port", new() { Port = 0 } },
        { "Port", new() { Port = 65_536 } },
        { "ConnectTimeout", new() { ConnectTimeout = TimeSpan.Zero } },
        { "RequestTimeout", new() { RequestTimeout = TimeSpan.FromDays(25) } },
        { "MaxInFlight", new() { MaxInFlight = 0 } },
        { "MaxInFlight", new() { MaxInFlight = 65_537 } },
        { "InitialBackOff", new() { InitialBackOff = Timeout.InfiniteTimeSpan } },
        { "MaxBackOff", new() { MaxBackOff = TimeSpan.FromMilliseconds(99) } },
        { "UserTimeout", new() { UserTimeout = TimeSpan.FromMilliseconds(-2) } },
        { "KeepAlive.Probes", new() { KeepAlive = KeepAlive.Default with { Probes = 128 } } },
        { "KeepAlive.Idle", new() { KeepAlive = KeepAlive.Default with { Idle = TimeSpan.FromMilliseconds(999) } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Names_the_option_that_is_out_of_range(string name, SumTcpClientOptions options)
    {
        FluentActions.Invoking(() => new SumTcpClient(options)).Should().Throw<ArgumentException>().WithMessage($"*{name}*");
    }

    [Fact]
    public void Takes_the_defaults_and_no_limits()
    {
        FluentActions.Invoking(() => new SumTcpClient(new())).Should().NotThrow();
        FluentActions.Invoking(() => new SumTcpClient(new()
        {
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            RequestTimeout = Timeout.InfiniteTimeSpan,
            UserTimeout = Timeout.InfiniteTimeSpan,
            KeepAlive = null,
        })).Should().NotThrow();
    }

    [Fact]
    public void Can_be_made_where_the_execution_context_does_not_flow()
    {
        using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
        FluentActions.Invoking(() => new SumTcpClient(new())).Should().NotThrow();
    }
}
