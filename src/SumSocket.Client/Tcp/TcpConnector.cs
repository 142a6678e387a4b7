using SumSocket.Sockets.Proxy;

namespace SumSocket.Client.Tcp;

/// <summary>Makes TCP connections, with the PROXY header and the TLS that the options ask for.</summary>
internal sealed class TcpConnector
{
    private readonly SumTcpClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Connector _connector;
    private readonly ClientTls? _tls;

    /// <param name="options">The client's options.</param>
    /// <param name="time">The clock of its time-outs.</param>
    /// <param name="reportsTls">Whether a result has a <see cref="TlsReport"/>.</param>
    public TcpConnector(SumTcpClientOptions options, TimeProvider time, bool reportsTls = false)
    {
        (_options, _time) = (options, time);
        if (options.Tls is not null)
            _tls = new ClientTls(options.Tls, options.Host) { Reports = reportsTls };
        _connector = new Connector(options.Host, options.Port, options.ConnectTimeout, time, NewSocket)
        {
            Prepare = socket => TcpTuning.Apply(socket, options.KeepAlive, options.UserTimeout),
            Observer = options.Observer,
        };
    }

    /// <summary>One attempt.</summary>
    /// <param name="rentBuffer">Rents where TLS puts what it receives; null to wait without holding a buffer.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    public Task<ConnectResult> ConnectAsync(Func<byte[]>? rentBuffer, CancellationToken stop) =>
        _tls is null && _options.SendProxy == ProxyVersion.None
            ? _connector.ConnectAsync(preferIPv4: false, stop)
            : ConnectAndPrepareAsync(rentBuffer, stop);

    private async Task<ConnectResult> ConnectAndPrepareAsync(Func<byte[]>? rentBuffer, CancellationToken stop)
    {
        long start = _time.GetTimestamp();
        ConnectResult connected = await _connector.ConnectAsync(preferIPv4: false, stop).ConfigureAwait(false);
        if (connected.IsConnected && _options.SendProxy != ProxyVersion.None)
            connected = SendHeader(connected);
        return connected.IsConnected && _tls is not null
            ? await HandshakeAsync(_tls, connected, rentBuffer?.Invoke(), start, stop).ConfigureAwait(false)
            : connected;
    }

    /// <summary>Does not wait: there is room for it in the send buffer of a new connection.</summary>
    private ConnectResult SendHeader(ConnectResult connected)
    {
        Socket socket = connected.Socket!;
        try
        {
            (IPEndPoint? local, IPEndPoint? remote) = ((IPEndPoint?)socket.LocalEndPoint, (IPEndPoint?)socket.RemoteEndPoint);
            socket.Send(_options.SendProxy == ProxyVersion.V1 ? ProxyHeaderV1.Write(local, remote) : ProxyHeaderV2.Write(local, remote));
            return connected;
        }
        catch (SocketException failure)
        {
            connected.Close();
            return ConnectResult.Failed(connected.EndPoint, failure.SocketErrorCode);
        }
    }

    private async Task<ConnectResult> HandshakeAsync(
        ClientTls tls, ConnectResult connected, byte[]? buffer, long start, CancellationToken stop)
    {
        TimeSpan left = _options.ConnectTimeout;
        if (left != Timeout.InfiniteTimeSpan)
            left = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (left - _time.GetElapsedTime(start)).Ticks));
        ConnectResult secured = await tls.HandshakeAsync(connected, buffer, left, _time, stop).ConfigureAwait(false);
        TimeSpan took = CoarseClock.ExactFor(_time).GetElapsedTime(connected.Started);
        return secured with { ReceiveBuffer = buffer, Time = took, HandshakeTime = took - connected.Time };
    }

    private static Socket NewSocket(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp);
}
