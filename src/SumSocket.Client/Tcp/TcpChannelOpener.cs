using System.Buffers;

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
        _connector = new Connector(options.Host, options.Port, options.ConnectTimeout, time, NewSocket)
        {
            Prepare = socket => TcpTuning.Apply(socket, options.KeepAlive, options.UserTimeout),
        };
    }

    public override string Failure => $"cannot connect to {HostAndPort.Format(_options.Host, _options.Port)}";

    public override Task<ConnectResult> ConnectAsync(CancellationToken stop) => _connector.ConnectAsync(preferIPv4: false, stop);

    public override Channel Open(ConnectResult connected, ChannelContext context)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
        var transport = new PlainTransport(connected.Socket!, buffer);
        return new TcpChannel(transport, connected.EndPoint!, _options, context) { ReceiveBuffer = buffer };
    }

    public override void Receive(Channel channel, RequestCore core) => new TcpReceiver((TcpChannel)channel, core).Start();

    private static Socket NewSocket(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp);
}
