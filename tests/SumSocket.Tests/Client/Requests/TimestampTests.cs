using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Requests;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Requests;

public sealed class TimestampTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_answer_came_when_it_was_received_and_not_when_the_gate_was_open()
    {
        GateTime time = new();
        SumUdpClientOptions options = new() { UseIds = false };
        SumUdpCounts counts = new();
        UdpChannelOpener opener = new(options, counts, new IssuedIds(1), new Random(1), time);
        await using RequestCore core = new(options.ToCore(1), opener, new ConnectionEvents(NullLogger.Instance), time);
        time.Gate = core.Lock;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(IPAddress.Loopback, 9, TestContext.Current.CancellationToken);
        UdpChannel channel;
        lock (core.Lock)
            channel = (UdpChannel)core.Attach(new ConnectResult(socket, (IPEndPoint)socket.RemoteEndPoint!, "", ConnectionCause.None));
        channel.Complete();
        RecordingObserver observer = new();
        core.Submit([new(1, 2)], observer);

        core.Answer(channel, [new Response(3)], separated: false, core.Timestamp);

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
