using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using SumSocket.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Server.Udp;

/// <summary>A server on every address of the machine. The peers are connected, so they see only answers from the address that they
/// asked.</summary>
public sealed class EveryAddressTests
{
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    [InlineData("127.255.255.254")]
    public async Task Answers_from_the_address_that_was_asked(string address)
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(o => o with { EndPoints = [new IPEndPoint(IPAddress.Any, 0)] });
        using Socket peer = Connect(address, server.EndPoint.Port);

        Ask(peer, """{"A":7,"B":4}""").Should().Be("{\"Sum\":11}\n");
        Ask(peer, """{"A":9223372036854775807,"B":1}""").Should().Be("{\"Error\":\"overflow\"}\n");
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    public async Task So_does_one_socket_for_both_kinds_of_addresses(string address)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        Socket both = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        both.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        await using SumUdpServer server = new(new SumUdpServerOptions { EndPoints = [], Sockets = [both] });
        using Socket peer = Connect(address, server.Start()[0].Port);

        Ask(peer, """{"A":7,"B":4}""").Should().Be("{\"Sum\":11}\n");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task So_does_an_answer_that_was_held_back()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(o => o with { EndPoints = [new IPEndPoint(IPAddress.Any, 0)] });
        using Socket peer = Connect("127.0.0.2", server.EndPoint.Port);
        peer.Send("""{"A":7,"B":4,"Delay":1000}"""u8);
        await server.Clock.UntilTimerIsSetAsync(TimeSpan.FromSeconds(1)).WaitAsync(TestTimeout.Span);
        Ask(peer, """{"A":1,"B":1}""").Should().Be("{\"Sum\":2}\n");

        server.Clock.Advance(TimeSpan.FromSeconds(1));

        Receive(peer).Should().Be("{\"Sum\":11}\n");
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task An_answer_that_cannot_be_sent_ends_nothing(string bound)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only there a socket that is not connected can be shut down");
        Socket dumb = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        dumb.Bind(new IPEndPoint(IPAddress.Parse(bound), 0));
        dumb.Invoking(socket => socket.Shutdown(SocketShutdown.Send)).Should().Throw<SocketException>("and every send fails from now on");
        await using SumUdpServer server = new(new SumUdpServerOptions { EndPoints = [], Sockets = [dumb] });
        using Socket peer = Connect("127.0.0.1", server.Start()[0].Port);

        for (int i = 1; i <= 3; i++)
        {
            peer.Send("""{"A":7,"B":4}"""u8);
            await TestTimeout.UntilAsync(() => server.Counts[DropReason.SendFailed] == i, "the failure is counted");
        }

        server.Completion.IsCompleted.Should().BeFalse();
    }

    private static Socket Connect(string address, int port)
    {
        IPEndPoint remote = new(IPAddress.Parse(address), port);
        Socket peer = new(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = TestTimeout.Milliseconds / 6 };
        peer.Connect(remote);
        return peer;
    }

    private static string Ask(Socket peer, string request)
    {
        peer.Send(Encoding.ASCII.GetBytes(request));
        return Receive(peer);
    }

    private static string Receive(Socket peer)
    {
        byte[] answer = new byte[2048];
        return Encoding.ASCII.GetString(answer, 0, peer.Receive(answer));
    }
}
