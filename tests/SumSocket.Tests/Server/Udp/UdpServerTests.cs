using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Server;
using SumSocket.Server.Udp;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Server.Udp;

/// <summary>How the server lives: what it survives, how it stops, what it reports.</summary>
public sealed class UdpServerTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_peer_that_is_gone_when_its_answer_comes_harms_no_other()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        for (int i = 0; i < 100; i++)
        {
            using Socket gone = server.ConnectFrom(IPAddress.Loopback, 0);
            gone.Send("""{"A":7,"B":4}"""u8);
        }

        await server.UntilReceivedAsync(100);
        server.Ask("""{"A":1,"B":1}""").Should().Be("{\"Sum\":2}\n");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Junk_in_thousands_gets_nothing_back()
    {
        string[] junk =
            ["", "x", """{"A":7,"B":""", """{"A":7,"B":4}{"A":7,"B":4}""", new string(' ', 1300), """{"Sum":11}""", """{"A":7.5,"B":4}"""];
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        for (int i = 1; i <= 500; i++)
        {
            foreach (string datagram in junk)
                server.Send(datagram);
            server.Ask($"{{\"A\":{i},\"B\":0,\"Id\":{i}}}").Should().Be($"{{\"Sum\":{i},\"Id\":{i}}}\n");
        }

        await server.UntilReceivedAsync(500 * (junk.Length + 1));
        server.Server.Counts.Answered.Should().Be(500);
        server.Server.Counts.Dropped.Should().Be(500 * junk.Length);
        server.Server.Counts[DropReason.Empty].Should().Be(500);
        server.Server.Counts[DropReason.TooLong].Should().Be(500);
        server.Peer.Available.Should().Be(0);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_stop_answers_what_is_in_the_queue()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        server.Peer.ReceiveBufferSize = 4 * 1024 * 1024;
        for (int i = 0; i < 1_000; i++)
            server.Send($"{{\"A\":{i},\"B\":0}}");

        await server.Server.StopAsync().WaitAsync(TestTimeout.Span);

        for (int i = 0; i < 1_000; i++)
            server.Receive().Should().Be($"{{\"Sum\":{i}}}\n");
        server.Server.Completion.IsCompletedSuccessfully.Should().BeTrue();
        server.Server.Counts.Received.Should().Be(1_000, "the datagram that wakes the server does not count");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Stops_when_it_listens_on_every_address()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(o => o with { EndPoints = [new IPEndPoint(IPAddress.Any, 0)] });

        await server.Server.StopAsync().WaitAsync(TestTimeout.Span);

        server.Server.Completion.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Is_idle_when_no_datagram_came_for_its_timeout()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(o => o with { IdleTimeout = TimeSpan.FromSeconds(30) });
        server.Clock.Advance(TimeSpan.FromSeconds(20));
        server.Ask("""{"A":7,"B":4}""");
        await server.UntilReceivedAsync(1); // it counts an answer when it has left, which may be after it has come
        server.Clock.Advance(TimeSpan.FromSeconds(29));
        server.Server.Idle.IsCompleted.Should().BeFalse();

        server.Clock.Advance(TimeSpan.FromSeconds(3));

        server.Server.Idle.IsCompleted.Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_what_became_of_all_datagrams()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        server.Ask("""{"A":7,"B":4}""");
        server.Send("");
        server.Send("x");
        await server.UntilReceivedAsync(3);

        await server.Server.StopAsync();

        (await server.Log.NextAsync(UdpServerUnderTest.Stopped)).Message.Should().StartWith(
            "Stopped after 3 datagrams: 1 answered, dropped: 1 empty, 0 too long, 1 no request, 0 with a forged sender");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Logs_each_datagram_at_level_debug()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(lowest: LogLevel.Debug);
        server.Ask("""{"A":7,"B":4}""");
        server.Send("\x1B[31m");

        (await server.Log.NextAsync(210)).Message.Should().Be($$"""{{server.Peer.LocalEndPoint}} {"A":7,"B":4} -> {"Sum":11}""");
        (await server.Log.NextAsync(211)).Message.Should().Be($@"{server.Peer.LocalEndPoint} \x1B[31m dropped: NotARequest");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Binds_all_of_its_addresses_or_none()
    {
        await using UdpServerUnderTest taken = UdpServerUnderTest.Start();
        var free = new IPEndPoint(IPAddress.Parse("127.0.0.3"), taken.EndPoint.Port);
        await using var second = new SumUdpServer(new SumUdpServerOptions { EndPoints = [free, taken.EndPoint] });

        second.Invoking(s => s.Start()).Should().Throw<SumBindException>()
            .WithMessage($"cannot listen on {taken.EndPoint}: address already in use");

        await using var third = new SumUdpServer(new SumUdpServerOptions { EndPoints = [free] });
        third.Start().Should().Equal(free);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Serves_IPv6_and_IPv4_on_sockets_of_their_own()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using var server = new SumUdpServer(new SumUdpServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.IPv6Loopback, 0), new IPEndPoint(IPAddress.Loopback, 0)],
        });
        foreach (IPEndPoint endPoint in server.Start())
        {
            using var peer =
                new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = TestTimeout.Milliseconds };
            peer.Connect(endPoint);
            peer.Send("""{"A":7,"B":4}"""u8);
            byte[] answer = new byte[100];
            Encoding.ASCII.GetString(answer, 0, peer.Receive(answer)).Should().Be("{\"Sum\":11}\n");
        }
    }

    [Fact]
    public void The_kernels_own_drops_are_counted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux reports it");
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4096 };
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var local = (IPEndPoint)deaf.LocalEndPoint!;
        LinuxOnly.UdpDrops(local).Should().Be(0);
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (int i = 0; i < 1_000; i++)
            sender.SendTo("""{"A":7,"B":4}"""u8, local);

        int queued = 0;
        byte[] buffer = new byte[100];
        for (deaf.Blocking = false; deaf.Poll(0, SelectMode.SelectRead); queued++)
            deaf.Receive(buffer);

        LinuxOnly.UdpDrops(local).Should().Be(1_000 - queued).And.BeGreaterThan(0);
    }

    [Fact]
    public async Task Starts_once()
    {
        await using SumUdpServer server = new(new() { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)] });
        server.Start();
        server.Invoking(s => s.Start()).Should().Throw<InvalidOperationException>();
        await server.StopAsync();
        server.Invoking(s => s.Start()).Should().Throw<InvalidOperationException>();
    }
}
