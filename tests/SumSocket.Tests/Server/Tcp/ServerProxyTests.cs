using System.Net;
using FluentAssertions;
using SumSocket.Server.Tcp;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

public sealed class ServerProxyTests
{
    private readonly ServerProxy _proxy = new(
        new ProxyServerOptions { Senders = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.168.0.0/16")] });

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("192.168.0.9", true)]
    [InlineData("::ffff:10.1.2.3", true)] // as a socket for both families has it
    [InlineData("172.16.0.1", false)]
    [InlineData("::1", false)]
    public void An_address_of_any_of_the_networks_may_send_headers(string peer, bool expected) =>
        _proxy.IsSender(IPAddress.Parse(peer)).Should().Be(expected);
}
