using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class UdpDispatcherTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_answer_came_when_it_was_received_and_not_when_the_gate_was_open()
    {
        GateTime time = new();
        await using UdpDispatcher exchange = new(
            new SumUdpClientOptions { UseIds = false }, new ConnectionEvents(NullLogger.Instance), new SumUdpCounts(), time, new Random(1));
        time.Gate = exchange.Gate;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(IPAddress.Loopback, 9, TestContext.Current.CancellationToken);
        using UdpPeer link = new(socket, (IPEndPoint)socket.RemoteEndPoint!, exchange, new SumUdpCounts());
        lock (exchange.Gate)
            exchange.Attach(link);
        RecordingObserver observer = new();
        exchange.Submit([new(1, 2)], observer);

        exchange.Answer(link, new Response(3));

        time.ReadUnderGate.Should().NotContain((await observer.NextCallAsync()).Timestamp);
    }

    /// <summary>A clock that never says the same twice, and knows what it said at the gate.</summary>
    private sealed class GateTime : TimeProvider
    {
        private long _now;

        public Lock? Gate { get; set; }

        public HashSet<long> ReadUnderGate { get; } = [];

        public override long GetTimestamp()
        {
            long now = Interlocked.Increment(ref _now);
            if (Gate?.IsHeldByCurrentThread == true)
                ReadUnderGate.Add(now);
            return now;
        }
    }
}
