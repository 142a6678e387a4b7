using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Requests;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

/// <summary>What the kernel says to a send, with no receive loop beside it that could hear it first.</summary>
public sealed class UdpPeerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly SumUdpCounts _counts = new();
    private readonly RequestCore _core;

    public UdpPeerTests()
    {
        SumUdpClientOptions options = new();
        UdpChannelOpener opener = new(options, _counts, new IssuedIds(1), new FixedRandom(0), _clock);
        _core = new RequestCore(options.ToCore(1), opener, new ConnectionEvents(NullLogger.Instance), _clock);
    }

    public ValueTask DisposeAsync() => _core.DisposeAsync();

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_what_was_not_tried_because_an_earlier_datagram_was_refused()
    {
        int port = ScriptedUdpPeer.UnusedPort();
        using UdpPeer link = NewLink(port);
        link.TrySend(new Request(1, 2), out bool isRefused).Should().BeTrue("no process listens, but that comes back later");
        isRefused.Should().BeFalse();
        using var peer = new ScriptedUdpPeer(port);

        link.TrySend(new Request(3, 4), out isRefused).Should().BeTrue();
        isRefused.Should().BeTrue();
        (await peer.ReadAsync()).Should().Be(new Request(3, 4));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public void Passes_on_what_the_kernel_reports_to_a_request()
    {
        Attach(ScriptedUdpPeer.UnusedPort());

        for (int i = 0; i < 2; i++)
        {
            _ = _core.SumAsync(1, 2, CancellationToken.None).Preserve();
        }

        _counts.Should().BeEquivalentTo(new { Sent = 2, Refused = 1 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Knows_that_a_request_which_the_kernel_never_took_was_not_sent()
    {
        Attach(ScriptedUdpPeer.UnusedPort()).Transport.Dispose(); // takes nothing
        ValueTask<SumResult> pending = _core.SumAsync(1, 2, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(30));

        (await pending).Outcome.Should().Be(SumOutcome.NotSent);
        _counts.SendFailed.Should().BeGreaterThan(5, "it was tried again and again");
        _counts.Should().BeEquivalentTo(new { Sent = 0, Repeated = 0 });
    }

    /// <summary>A channel without a receiver.</summary>
    private UdpChannel Attach(int port)
    {
        lock (_core.Lock)
        {
            var channel = (UdpChannel)_core.Attach(
                new ConnectResult(NewSocket(port), new IPEndPoint(IPAddress.Loopback, port), "", ConnectionCause.None));
            channel.Complete();
            return channel;
        }
    }

    private static UdpPeer NewLink(int port) => new(NewSocket(port), new IPEndPoint(IPAddress.Loopback, port));

    private static Socket NewSocket(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(IPAddress.Loopback, port);
        socket.Blocking = false;
        return socket;
    }
}
