using System.Collections.Concurrent;
using FluentAssertions;
using SumSocket.Client.Tcp;
using SumSocket.Client.Udp;
using SumSocket.Sockets;
using SumSocket.Tests.Server.Tcp;
using SumSocket.Tests.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Client;

/// <summary>What a capture is told of what a client does with its sockets.</summary>
public sealed class ClientObservationTests
{
    private readonly Recorder _seen = new();

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_TCP_client_says_what_it_does_in_order()
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        await using (SumTcpClient client = new(new SumTcpClientOptions { Port = server.EndPoint.Port, Observer = _seen }))
            (await client.SumAsync(7, 4, TestContext.Current.CancellationToken)).Sum.Should().Be(11);

        Check(
            SocketAction.Connects, SocketAction.Connected, SocketAction.Wrote, SocketAction.Received, SocketAction.EndsSending);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_UDP_client_says_what_it_does_in_order()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        await using (SumUdpClient client = new(new SumUdpClientOptions { Port = server.EndPoint.Port, Observer = _seen }))
            (await client.SumAsync(7, 4, TestContext.Current.CancellationToken)).Sum.Should().Be(11);

        Check(SocketAction.Wrote, SocketAction.Received, SocketAction.Closes);
    }

    private void Check(params SocketAction[] expected)
    {
        SocketEvent[] events = [.. _seen.Events];
        events.Select(one => one.Action).Where(expected.Contains).Should().Equal(expected);
        events.Should().OnlyContain(one => one.Time >= events[0].Time && one.Time > 0);
        events.Single(one => one.Action == SocketAction.Received).Bytes.Should().BeInRange("{\"Sum\":11}".Length, 40);
    }

    private sealed class Recorder : ISocketObserver
    {
        public ConcurrentQueue<SocketEvent> Events { get; } = new();

        public void Add(in SocketEvent happened) => Events.Enqueue(happened);
    }
}
