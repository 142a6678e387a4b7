using System.Net;
using SumSocket.Capture.Decoding;
using SumSocket.Capture.Live;
using SumSocket.Sockets;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Lab;

/// <summary>A packet of a lesson.</summary>
/// <param name="Conversation">Of which conversation, from 1.</param>
/// <param name="Segment">What it is.</param>
/// <param name="Why">Why it was sent.</param>
internal sealed record Packet(int Conversation, Segment Segment, Explained Why)
{
    public bool IsOfServer => Why.Side == 1;

    public int ClientPort => (IsOfServer ? Segment.Destination : Segment.Source).Port;

    /// <summary>Its flags in the usual order, without PSH, which no receiver acts on; with data it is "data", or "FIN-data".</summary>
    public string Flags => Segment.Carried != Carried.Tcp ? Segment.Carried.ToString()
        : Segment.Length > 0 ? Segment.Has(TcpFlags.Fin) ? "FIN-data" : "data"
        : string.Join('-', Named().Where(flag => Segment.Has(flag.Flag)).Select(flag => flag.Name));

    private static IEnumerable<(TcpFlags Flag, string Name)> Named() =>
        [(TcpFlags.Syn, "SYN"), (TcpFlags.Fin, "FIN"), (TcpFlags.Rst, "RST"), (TcpFlags.Ack, "ACK")];
}

/// <summary>Takes every packet of a lesson on one of its machines, beside the programs and without their knowledge.</summary>
internal sealed class Witness : IPacketSink
{
    private readonly List<Packet> _packets = [];
    private readonly Recording _recording;
    private readonly Stream? _file;
    private readonly PcapngSink? _pcapng;

    private Witness(PacketSource source, bool isTcp, string? file)
    {
        CaptureScope scope = new([new IPEndPoint(IPAddress.Parse(NetworkPair.ServerAddress), 5656)], isTcp, AllConnections: true);
        source.Filter(scope.Filter);
        if (file is not null)
        {
            _file = File.Create(file);
            _pcapng = new PcapngSink(new PcapngWriter(_file, source.Link, PacketSource.SnapLength, source.Name, scope.Filter));
        }

        _recording = new Recording(source, scope, new ProgramEvents(withData: false), this);
    }

    /// <summary>Begins on one machine.</summary>
    /// <param name="network">Both of them.</param>
    /// <param name="lesson">What will happen.</param>
    /// <param name="file">Where the packets are kept as well; null for nowhere.</param>
    public static Witness Start(NetworkPair network, Lesson lesson, string? file) => network.In(
        lesson.Witness, () => new Witness(PacketSource.Open(isLocal: false), !lesson.IsUdp, file));

    /// <summary>Ends.</summary>
    /// <returns>The packets.</returns>
    public List<Packet> End()
    {
        using (_recording)
            _recording.End();
        _recording.Totals!.Dropped.Should().Be(0, "a claim is about all packets");
        return _packets;
    }

    /// <inheritdoc/>
    public void Add(Conversation? conversation, int side, in SocketEvent happened)
    {
    }

    /// <inheritdoc/>
    public void Add(Conversation conversation, in Segment segment, in Explained why, ReadOnlySpan<byte> bytes, int length)
    {
        _packets.Add(new Packet(conversation.Number, segment, why));
        _pcapng?.Add(conversation, segment, why, bytes, length);
    }

    /// <inheritdoc/>
    public void Pause() => _pcapng?.Pause();

    /// <inheritdoc/>
    public void End(CaptureTotals totals) => _pcapng?.End(totals);

    /// <inheritdoc/>
    public void Dispose()
    {
        _pcapng?.Dispose();
        _file?.Dispose();
    }
}
