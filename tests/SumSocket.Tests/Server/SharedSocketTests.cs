using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FluentAssertions;
using SumSocket.Server.Tcp;
using SumSocket.Server.Udp;
using SumSocket.Sockets;
using SumSocket.Tests.Server.Tcp;
using SumSocket.Tests.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Server;

/// <summary>Sockets that outlive the servers on them, as a service manager keeps some.</summary>
public sealed partial class SharedSocketTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_connects_between_two_servers_is_served_by_the_second()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using Socket kept = Bind(SocketType.Stream, ProtocolType.Tcp);
        kept.Listen();
        IPEndPoint endPoint = (IPEndPoint)kept.LocalEndPoint!;
        Socket[] shared = TwoOf(kept);

        await using (ServerUnderTest first = StartOn(shared[0]))
        {
            first.EndPoint.Should().Be(endPoint);
            using RawPeer before = await first.ConnectAsync();
            (await before.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        }

        using RawPeer between = await RawPeer.ConnectAsync(endPoint);
        await between.SendAsync("""{"A":7,"B":5}""");

        await using ServerUnderTest second = StartOn(shared[1]);
        (await between.ReceiveLineAsync()).Should().Be("""{"Sum":12}""");
        between.Dispose();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_stop_over_UDP_leaves_the_socket_to_the_next_server()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using Socket kept = Bind(SocketType.Dgram, ProtocolType.Udp);
        Socket[] shared = TwoOf(kept);

        await using (UdpServerUnderTest first = StartUdpOn(shared[0]))
            first.Ask("""{"A":7,"B":4}""").Should().Be("{\"Sum\":11}\n");
        kept.Poll(0, SelectMode.SelectRead).Should().BeFalse("nothing is left of the first server");

        await using UdpServerUnderTest second = StartUdpOn(shared[1]);
        second.Ask("""{"A":7,"B":5}""").Should().Be("{\"Sum\":12}\n");
        second.Server.Counts.Received.Should().Be(1);
    }

    [Fact]
    public void A_server_needs_an_address_or_a_socket()
    {
        ((Action)(() => _ = new SumTcpServer(new SumTcpServerOptions { EndPoints = [] }))).Should().Throw<ArgumentException>();
        ((Action)(() => _ = new SumUdpServer(new SumUdpServerOptions { EndPoints = [] }))).Should().Throw<ArgumentException>();
    }

    private static Socket Bind(SocketType type, ProtocolType protocol)
    {
        Socket socket = new(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>Both at once: epoll keeps what it knows of a descriptor that is closed while its socket lives, until the process ends
    /// (epoll(7)).</summary>
    private static Socket[] TwoOf(Socket kept)
    {
        int[] descriptors = [Duplicate((int)kept.Handle), Duplicate((int)kept.Handle)];
        return [.. descriptors.Select(LinuxOnly.TakeOver)];
    }

    private static ServerUnderTest StartOn(Socket shared) => ServerUnderTest.Start(o => o with { EndPoints = [], Listeners = [shared] });

    private static UdpServerUnderTest StartUdpOn(Socket shared) =>
        UdpServerUnderTest.Start(o => o with { EndPoints = [], Sockets = [shared] });

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);
}
