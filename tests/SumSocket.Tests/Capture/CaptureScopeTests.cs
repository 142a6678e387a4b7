using System.Net;
using FluentAssertions;
using SumSocket.Capture.Decoding;
using SumSocket.Capture.Live;
using Xunit;

namespace SumSocket.Tests.Capture;

/// <summary>Which interface a run has its packets on, and which of them are of its servers.</summary>
public sealed class CaptureScopeTests
{
    [Theory]
    [InlineData("127.0.0.1:5656", true, true)]
    [InlineData("[::1]:5656", true, true)]
    [InlineData("10.0.0.2:5656", true, false)] // others reach it over the network
    [InlineData("10.0.0.2:5656", false, true)] // a client of this machine's own address
    [InlineData("0.0.0.0:5656", false, false)]
    public void The_loopback_interface_has_all_packets_of_a_client_and_few_of_a_server(string server, bool areOwn, bool isLocal) =>
        new CaptureScope([IPEndPoint.Parse(server)], IsTcp: true, areOwn) { IsHere = _ => true }.IsLocal.Should().Be(isLocal);

    [Fact]
    public void An_address_that_is_mapped_into_IPv6_is_looked_for_over_IPv4() =>
        new CaptureScope([IPEndPoint.Parse("[::ffff:10.0.0.2]:5656")], IsTcp: true, AllConnections: false).Filter
            .Should().StartWith("(host 10.0.0.2 and tcp port 5656)");

    [Fact]
    public void A_server_of_every_address_has_only_those_of_its_machine()
    {
        CaptureScope scope = new([IPEndPoint.Parse("0.0.0.0:5656")], IsTcp: true, AllConnections: true)
        {
            IsHere = address => address.Equals(Wire.Server.Address),
        };
        (Endpoint client, Endpoint server) = (Endpoint.Of(Wire.Client), Endpoint.Of(Wire.Server));
        Endpoint other = Endpoint.Of(IPEndPoint.Parse("10.9.9.9:5656"));

        scope.FlowOf(client, server).Should().Be(new FlowKey(client, server, IsTcp: true));
        scope.FlowOf(server, client).Should().Be(new FlowKey(client, server, IsTcp: true));
        scope.FlowOf(server with { Port = 40_000 }, other).Should().BeNull("this machine is a client there");
        scope.FlowOf(other, server with { Port = 40_000 }).Should().BeNull();
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("203.0.113.7", false)] // RFC 5737: of no machine
    public void Addresses_of_this_machine_are_known(string address, bool isHere) =>
        new CaptureScope([], IsTcp: true, AllConnections: true).IsHere(IPAddress.Parse(address)).Should().Be(isHere);
}
