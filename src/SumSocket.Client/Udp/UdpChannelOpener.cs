namespace SumSocket.Client.Udp;

/// <summary>Opens the one UDP socket of a client. Nothing is sent: only a response shows that the server is there.</summary>
internal sealed class UdpChannelOpener : ChannelOpener
{
    /// <summary>What is requested of the kernel, in bytes: room for the responses to all requests in flight at once, as it counts them (768
    /// bytes and more for each), some of them doubled. It grants up to a limit of its own.</summary>
    private const int ReceiveBufferSize = 4 * 1024 * 1024;

    private readonly SumUdpClientOptions _options;
    private readonly SumUdpCounts _counts;
    private readonly IssuedIds _ids;
    private readonly Random _random;
    private readonly Connector _connector;

    public UdpChannelOpener(SumUdpClientOptions options, SumUdpCounts counts, IssuedIds ids, Random random, TimeProvider time)
    {
        (_options, _counts, _ids, _random) = (options, counts, ids, random);
        _connector = new Connector(options.Host, options.Port, Timeout.InfiniteTimeSpan, time, NewSocket)
        {
            Prepare = socket => socket.ReceiveBufferSize = ReceiveBufferSize,
            Observer = options.Observer,
        };
    }

    public override string Failure => $"cannot send to {HostAndPort.Format(_options.Host, _options.Port)}";

    public override Task<ConnectResult> ConnectAsync(CancellationToken stop) => _connector.ConnectAsync(preferIPv4: true, stop);

    public override Channel Open(ConnectResult connected, ChannelContext context)
    {
        connected.Socket!.Blocking = false;
        UdpPeer peer = new(connected.Socket, connected.EndPoint!, connected.Observed);
        return new UdpChannel(peer, _options, _counts, _ids, _random, context);
    }

    public override void Receive(Channel channel, RequestCore core) =>
        _ = Task.Run(new UdpReceiver((UdpChannel)channel, _counts, core).RunAsync);

    private static Socket NewSocket(AddressFamily family) => new(family, SocketType.Dgram, ProtocolType.Udp);
}
