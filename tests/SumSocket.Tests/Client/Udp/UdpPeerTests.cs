using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

/// <summary>What the kernel says to a send, with no receive loop beside it that could hear it first.</summary>
public sealed class UdpPeerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly SumUdpCounts _counts = new();
    private readonly UdpDispatcher _exchange;

    public UdpPeerTests() =>
        _exchange = new UdpDispatcher(new SumUdpClientOptions(), new ConnectionEvents(NullLogger.Instance), _counts, _clock, new FixedRandom(0));

    public ValueTask DisposeAsync() => _exchange.DisposeAsync();

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_what_was_not_tried_because_an_earlier_datagram_was_refused()
    {
        int port = ScriptedUdpPeer.UnusedPort();
        using UdpPeer link = NewLink(port);
        link.TrySend(new Request(1, 2), out bool isRefused).Should().BeTrue("nobody listens, but that comes back later");
        isRefused.Should().BeFalse();
        using var peer = new ScriptedUdpPeer(port);

        link.TrySend(new Request(3, 4), out isRefused).Should().BeTrue();
        isRefused.Should().BeTrue();
        (await peer.ReadAsync()).Should().Be(new Request(3, 4));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public void Passes_on_what_the_kernel_tells_a_request()
    {
        using UdpPeer link = NewLink(ScriptedUdpPeer.UnusedPort());
        lock (_exchange.Gate)
            _exchange.Attach(link);

        for (int i = 0; i < 2; i++)
        {
            _exchange.Submit(1, 2, out ValueTask<SumResult> asked);
            _ = asked.Preserve();
        }

        _counts.Should().BeEquivalentTo(new { Sent = 2, Refused = 1 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Knows_that_a_request_which_the_kernel_never_took_was_not_sent()
    {
        UdpPeer link = NewLink(ScriptedUdpPeer.UnusedPort());
        link.Dispose(); // takes nothing
        lock (_exchange.Gate)
            _exchange.Attach(link);
        _exchange.Submit(1, 2, out ValueTask<SumResult> asked);
        _clock.Advance(TimeSpan.FromSeconds(30));

        (await asked).Outcome.Should().Be(SumOutcome.NotSent);
        _counts.SendFailed.Should().BeGreaterThan(5, "it was tried again and again");
        _counts.Should().BeEquivalentTo(new { Sent = 0, Repeated = 0 });
    }

    private UdpPeer NewLink(int port)
    {
        var server = new IPEndPoint(IPAddress.Loopback, port);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        socket.Blocking = false;
        return new UdpPeer(socket, server, _exchange, _counts);
    }
}
