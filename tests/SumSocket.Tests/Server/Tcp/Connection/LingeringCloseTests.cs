using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Server.Tcp.Connection;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Server.Tcp.Connection;

/// <summary>How long a peer may take to close after the server has.</summary>
public sealed class LingeringCloseTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly SuspendAwareClock _clock;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private RawPeer _peer = null!;
    private PlainTransport _transport = null!;

    public LingeringCloseTests() => _clock = new SuspendAwareClock(_time, TimeSpan.FromSeconds(1));

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        _peer = await RawPeer.ConnectAsync((IPEndPoint)_listener.LocalEndpoint);
        _transport = new PlainTransport(await _listener.AcceptSocketAsync());
    }

    public ValueTask DisposeAsync()
    {
        _transport.Dispose();
        _peer.Dispose();
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_silent_peer_has_a_second(bool peerAtFault)
    {
        LingeringClose closing = new(_transport, peerAtFault, _clock);

        closing.IsOver(_clock.Now).Should().BeFalse();
        Pass(0.999);
        closing.IsOver(_clock.Now).Should().BeFalse();
        Pass(0.001);
        closing.IsOver(_clock.Now).Should().BeTrue("the second has passed, to the tick");
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true, 2)]
    [InlineData(false, 10)]
    public async Task One_that_still_sends_has_longer(bool peerAtFault, int seconds)
    {
        LingeringClose closing = new(_transport, peerAtFault, _clock);
        Task finished = closing.FinishAsync();
        for (double passed = 0.8; passed < seconds; passed += 0.8)
        {
            Pass(0.8);
            closing.IsOver(_clock.Now).Should().BeFalse("{0} s have passed", passed);
            await _peer.SendAsync("x");
            await TestTimeout.UntilAsync(() => _transport.Available == 0, "it is thrown away");
            // The end of the silence is set behind the read: what is thrown away next proves that it was.
            await _peer.SendAsync("x");
            await TestTimeout.UntilAsync(() => _transport.Available == 0, "it is thrown away");
        }

        Pass(0.8);
        closing.IsOver(_clock.Now).Should().BeTrue();
        finished.IsCompleted.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task It_is_over_when_the_peer_closes()
    {
        Task finished = new LingeringClose(_transport, peerAtFault: false, _clock).FinishAsync();
        await _peer.SendAsync(new byte[2 * 1024 * 1024]);
        finished.IsCompleted.Should().BeFalse();

        _peer.Dispose();

        await finished.WaitAsync(TestTimeout.Span);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task From_one_at_fault_it_takes_no_more_than_a_mebibyte()
    {
        Task finished = new LingeringClose(_transport, peerAtFault: true, _clock).FinishAsync();
        await _peer.SendAsync(new byte[1024 * 1024 - 1]);
        await TestTimeout.UntilAsync(() => _transport.Available == 0, "it is thrown away");
        finished.IsCompleted.Should().BeFalse();

        await _peer.SendAsync(new byte[1]);

        await finished.WaitAsync(TestTimeout.Span);
    }

    private void Pass(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _clock.Tick();
    }
}
