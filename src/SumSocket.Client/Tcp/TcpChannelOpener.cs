using System.Buffers;

namespace SumSocket.Client.Tcp;

/// <summary>Opens TCP connections.</summary>
internal sealed class TcpChannelOpener(SumTcpClientOptions options, TimeProvider time) : ChannelOpener
{
    private const int ReceiveBufferSize = 16 * 1024;

    private readonly TcpConnector _connector = new(options, time);

    public override string Failure => $"cannot connect to {HostAndPort.Format(options.Host, options.Port)}";

    public override Task<ConnectResult> ConnectAsync(CancellationToken stop) => _connector.ConnectAsync(RentBuffer, stop);

    public override Channel Open(ConnectResult connected, ChannelContext context)
    {
        byte[] buffer = connected.ReceiveBuffer ?? RentBuffer();
        ITransport transport = connected.Transport
            ?? ObservedTransport.Wrap(new PlainTransport(connected.Socket!, buffer), connected.Observed, buffer);
        return new TcpChannel(transport, connected.EndPoint!, options, context) { ReceiveBuffer = buffer };
    }

    public override void Receive(Channel channel, RequestCore core) => new TcpReceiver((TcpChannel)channel, core).Start();

    private static byte[] RentBuffer() => ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
}
