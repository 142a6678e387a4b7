using System.Buffers;
using SumSocket.Sockets.Proxy;

namespace SumSocket.Client.Tcp;

/// <summary>Opens TCP connections.</summary>
internal sealed class TcpChannelOpener : ChannelOpener
{
    private const int ReceiveBufferSize = 16 * 1024;

    private readonly SumTcpClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Connector _connector;
    private readonly ClientTls? _tls;

    public TcpChannelOpener(SumTcpClientOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        if (options.Tls is not null)
            _tls = new ClientTls(options.Tls, options.Host);
        _connector = new Connector(options.Host, options.Port, options.ConnectTimeout, time, NewSocket)
        {
            Prepare = socket => TcpTuning.Apply(socket, options.KeepAlive, options.UserTimeout),
        };
    }

    public override string Failure => $"cannot connect to {HostAndPort.Format(_options.Host, _options.Port)}";

    public override Task<ConnectResult> ConnectAsync(CancellationToken stop) => _tls is null && _options.SendProxy == ProxyVersion.None
        ? _connector.ConnectAsync(preferIPv4: false, stop)
        : ConnectAndPrepareAsync(stop);

    public override Channel Open(ConnectResult connected, ChannelContext context)
    {
        byte[] buffer = connected.ReceiveBuffer ?? ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
        ITransport transport = connected.Transport ?? new PlainTransport(connected.Socket!, buffer);
        return new TcpChannel(transport, connected.EndPoint!, _options, context) { ReceiveBuffer = buffer };
    }

    public override void Receive(Channel channel, RequestCore core) => new TcpReceiver((TcpChannel)channel, core).Start();

    private async Task<ConnectResult> ConnectAndPrepareAsync(CancellationToken stop)
    {
        long start = _time.GetTimestamp();
        ConnectResult connected = await _connector.ConnectAsync(preferIPv4: false, stop).ConfigureAwait(false);
        if (connected.IsConnected && _options.SendProxy != ProxyVersion.None)
            connected = SendHeader(connected);
        return connected.IsConnected && _tls is not null
            ? await HandshakeAsync(_tls, connected, start, stop).ConfigureAwait(false)
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

    private async Task<ConnectResult> HandshakeAsync(ClientTls tls, ConnectResult connected, long start, CancellationToken stop)
    {
        TimeSpan left = _options.ConnectTimeout;
        if (left != Timeout.InfiniteTimeSpan)
            left = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (left - _time.GetElapsedTime(start)).Ticks));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
        ConnectResult secured = await tls.HandshakeAsync(connected, buffer, left, _time, stop).ConfigureAwait(false);
        return secured with { ReceiveBuffer = buffer, Time = CoarseClock.ExactFor(_time).GetElapsedTime(connected.Started) };
    }

    private static Socket NewSocket(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp);
}
