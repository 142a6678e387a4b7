using System.Net;
using SumSocket.Client.Requests;
using SumSocket.Client.Udp;
using SumSocket.Protocol;

namespace SumSocket.Tests.Client.Requests;

/// <summary>A pair whose path carries datagrams: each has a delay of its own, and may be lost or doubled.</summary>
internal sealed class DatagramPair(SumUdpClientOptions options, int seed = 1) : Pair(options.ToCore(FirstId), seed), IDatagramTransport
{
    public const long FirstId = 1000;

    private readonly SumUdpClientOptions _options = options;
    private UdpChannel? _channel;
    private int _sent;

    public SumUdpCounts Counts { get; } = new();

    /// <summary>Whether no process listens at the server's port.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The datagram, from 1, at which the kernel reports that an earlier one was refused; it leaves all the same.</summary>
    public int ReportsRefusalAt { get; set; }

    IPEndPoint IDatagramTransport.RemoteEndPoint => Server;

    bool IDatagramTransport.TrySend(in Request request, out bool isRefused)
    {
        isRefused = IsRefused || ++_sent == ReportsRefusalAt;
        Request sent = request;
        if (!IsRefused)
            Carry(() => Carry(Deliver(Answer(sent))));
        return true;
    }

    void IDisposable.Dispose()
    {
    }

    protected override Channel Open(ChannelContext context) =>
        _channel = new UdpChannel(this, _options, Counts, new IssuedIds(FirstId), new Random(1), context);

    protected override void Receive(Channel channel) => ((UdpChannel)channel).Complete(); // what arrives is delivered by Advance

    private Action Deliver(byte[] datagram) => () =>
    {
        if (Datagram.TryRead(datagram, out Response response))
            Core.Answer(_channel!, [response], separated: false, Core.Timestamp);
    };

    private void Carry(Action arrive)
    {
        for (int copies = Chance(Doubling) ? 2 : 1; copies > 0; copies--)
        {
            if (!Chance(Loss))
                Travel(arrive);
        }
    }
}
