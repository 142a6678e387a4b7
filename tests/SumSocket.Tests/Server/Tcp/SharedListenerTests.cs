using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FluentAssertions;
using SumSocket.Server.Tcp;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>A listening socket that outlives the servers on it, as a service manager keeps one.</summary>
public sealed partial class SharedListenerTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_connects_between_two_servers_is_served_by_the_second()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using Socket kept = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        kept.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        kept.Listen();
        IPEndPoint endPoint = (IPEndPoint)kept.LocalEndPoint!;
        // Both at once: epoll keeps what it knows of a descriptor that is closed while its socket lives, until the process ends (epoll(7)).
        int[] duplicates = [Duplicate((int)kept.Handle), Duplicate((int)kept.Handle)];

        await using (ServerUnderTest first = StartOn(duplicates[0]))
        {
            first.EndPoint.Should().Be(endPoint);
            using RawPeer before = await first.ConnectAsync();
            (await before.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        }

        using RawPeer between = await RawPeer.ConnectAsync(endPoint);
        await between.SendAsync("""{"A":7,"B":5}""");

        await using ServerUnderTest second = StartOn(duplicates[1]);
        (await between.ReceiveLineAsync()).Should().Be("""{"Sum":12}""");
        between.Dispose();
    }

    [Fact]
    public void Needs_an_address_or_a_socket() => ((Action)(() => _ = new SumTcpServer(new SumTcpServerOptions { EndPoints = [] })))
        .Should().Throw<ArgumentException>();

    private static ServerUnderTest StartOn(int descriptor) =>
        ServerUnderTest.Start(o => o with { EndPoints = [], Listeners = [LinuxOnly.TakeOver(descriptor)] });

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);
}
