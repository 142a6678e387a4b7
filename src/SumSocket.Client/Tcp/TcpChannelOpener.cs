namespace SumSocket.Client.Tcp;

/// <summary>Opens TCP connections.</summary>
internal sealed class TcpChannelOpener : ChannelOpener
{
    private const int ReceiveBufferSize = 16 * 1024;

    private readonly SumTcpClientOptions _options;
    private readonly Connector _connector;

    public TcpChannelOpener(SumTcpClientOptions options, TimeProvider time)
    {
        _options = options;
        _connector = new Connector(options.Host, options.Port, options.ConnectTimeout, time, ConnectAsync);
    }

    public override string Failure => $"cannot connect to {HostAndPort.Format(_options.Host, _options.Port)}";

    public override Task<ConnectResult> ConnectAsync(CancellationToken stop) => _connector.ConnectAsync(preferIPv4: false, stop);

    public override Channel Open(ConnectResult connected, ChannelContext context)
    {
        byte[] buffer = new byte[ReceiveBufferSize];
        var transport = new PlainTransport(connected.Socket!, buffer);
        return new TcpChannel(transport, connected.EndPoint!, _options, context) { ReceiveBuffer = buffer };
    }

    public override void Receive(Channel channel, RequestCore core) => new TcpReceiver((TcpChannel)channel, core).Start();

    private async ValueTask<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken stop)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            TcpTuning.Apply(socket, _options.KeepAlive, _options.UserTimeout);
            await socket.ConnectAsync(endPoint, stop).ConfigureAwait(false);
            SocketErrors.ThrowIfConnectedToItself(socket, endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose(); // also where it connected although the time was over
            throw;
        }
    }
}
