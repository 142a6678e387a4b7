using System.Net;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>
/// A real server on a loopback port, with a clock that the test moves. At the end it must have no connection left and nothing in its log
/// that the test did not expect.
/// </summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    internal const int ConnectionClosed = 111;

    private readonly List<RawPeer> _peers = [];

    private readonly SumTcpServerOptions _options;

    private ServerUnderTest(SumTcpServerOptions options, LogLevel lowest)
    {
        _options = options;
        Log = new LogRecorder(lowest);
        Server = new SumTcpServer(options, Log, Clock);
        EndPoint = Server.Start()[0];
    }

    public ManualTimeProvider Clock { get; } = new();

    public LogRecorder Log { get; }

    public SumTcpServer Server { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>Event ids that may be in the log although they are warnings or errors.</summary>
    public HashSet<int> Expected { get; } = [];

    public static ServerUnderTest Start(
        Func<SumTcpServerOptions, SumTcpServerOptions>? change = null, LogLevel lowest = LogLevel.Information, bool tls = false)
    {
        var options = new SumTcpServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            Tls = tls ? new TlsServerOptions { Certificate = TestCertificates.Server } : null,
        };
        return new ServerUnderTest(change?.Invoke(options) ?? options, lowest);
    }

    /// <summary>A peer that speaks TLS where the server does; then the handshake is complete on both sides.</summary>
    public async Task<RawPeer> ConnectAsync()
    {
        RawPeer peer = await ConnectBareAsync();
        if (_options.Tls is null)
            return peer;
        await peer.StartTlsAsync();
        await TestTimeout.UntilAsync(() => Server.Connections.All.All(c => c.Preface == Preface.None), "the handshake is complete");
        return peer;
    }

    /// <summary>A peer that has sent nothing yet.</summary>
    public async Task<RawPeer> ConnectBareAsync()
    {
        RawPeer peer = await RawPeer.ConnectAsync(EndPoint);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>Waits until the server has accepted every peer and has nothing left to do for any of them.</summary>
    public Task AtRestAsync(int connections) => TestTimeout.UntilAsync(
        () => Server.Connections.Count == connections && Server.Connections.All.All(connection => connection.IsParked),
        $"{connections} connections are at rest");

    /// <summary>Why the next connection to end has ended.</summary>
    public async Task<CloseReason> NextCloseAsync() =>
        Enum.Parse<CloseReason>(((string)(await Log.NextAsync(ConnectionClosed))["Reason"]!).Replace("_", ""), ignoreCase: true);

    /// <summary>Waits until a stop has begun to drain.</summary>
    public Task DrainsAsync() => Clock.UntilTimerIsSetAsync(_options.DrainTimeout).WaitAsync(TestTimeout.Span);

    /// <summary>Moves the clock over the bounds of a farewell, so that a connection whose peer does not close is gone.</summary>
    public void EndFarewells() => Clock.Advance(TimeSpan.FromSeconds(2.5));

    public async ValueTask DisposeAsync()
    {
        _peers.ForEach(peer => peer.Dispose());
        await Server.DisposeAsync().AsTask().WaitAsync(TestTimeout.Span);
        Server.Connections.Count.Should().Be(0);
        Log.Entries.Where(entry => entry.Level >= LogLevel.Warning && !Expected.Contains(entry.Id)).Should().BeEmpty();
    }
}
