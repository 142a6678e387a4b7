using System.Buffers.Binary;
using System.Net;
using System.Text;
using SumSocket.Capture.Decoding;
using SumSocket.Capture.Live;
using SumSocket.Sockets;

namespace SumSocket.Tests.Capture;

/// <summary>A connection between 10.0.0.1:40000 and 10.0.0.2:5656 whose packets a test makes by hand, as raw IP, and what a recorder says
/// about them.</summary>
internal sealed class Wire : IPacketSink
{
    public const int Link = SegmentReader.LinkRaw;

    public static readonly IPEndPoint Client = new(IPAddress.Parse("10.0.0.1"), 40_000);
    public static readonly IPEndPoint Server = new(IPAddress.Parse("10.0.0.2"), 5656);

    private readonly Recorder _recorder;
    private readonly uint[] _next = [1000, 5000];
    private ushort _id;

    public Wire(bool areOwn = true, IPacketSink? sink = null)
    {
        Program = new ProgramEvents(withData: true);
        _recorder = new Recorder(new CaptureScope([Server], IsTcp: true, areOwn), Program, Link, sink ?? this);
    }

    public ProgramEvents Program { get; }

    public Recorder Recorder => _recorder;

    /// <summary>Nanoseconds since 1970.</summary>
    public long Now { get; set; } = 1_800_000_000_000_000_000;

    /// <summary>What was said about the packets so far.</summary>
    public List<string> Words { get; } = [];

    public List<string> Looks { get; } = [];

    public string Last => Words[^1];

    public static byte[] Ip(IPEndPoint from, IPEndPoint to, byte protocol, ReadOnlySpan<byte> carried, ushort id = 0)
    {
        byte[] packet = new byte[20 + carried.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), id);
        (packet[8], packet[9]) = (64, protocol);
        from.Address.TryWriteBytes(packet.AsSpan(12), out _);
        to.Address.TryWriteBytes(packet.AsSpan(16), out _);
        carried.CopyTo(packet.AsSpan(20));
        return packet;
    }

    public static byte[] Tcp(
        IPEndPoint from, IPEndPoint to, uint sequence, uint ack, TcpFlags flags, string data = "", int window = 1000,
        byte[]? options = null)
    {
        options ??= [];
        byte[] segment = new byte[20 + options.Length + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), ack);
        (segment[12], segment[13]) = ((byte)((20 + options.Length) / 4 << 4), (byte)flags);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), (ushort)window);
        options.CopyTo(segment, 20);
        Encoding.ASCII.GetBytes(data, segment.AsSpan(20 + options.Length));
        return segment;
    }

    /// <summary>The handshake, with MSS 1460 and window scale 7.</summary>
    public Wire Connect()
    {
        byte[] options = [2, 4, 5, 180, 4, 2, 1, 1, 3, 3, 7, 0];
        Send(0, TcpFlags.Syn, options: options);
        Send(1, TcpFlags.Syn | TcpFlags.Ack, options: options);
        return Send(0, TcpFlags.Ack);
    }

    /// <summary>The next segment of the client (0) or the server (1), a millisecond later.</summary>
    /// <param name="side">Which of them.</param>
    /// <param name="flags">Its flags.</param>
    /// <param name="data">Its data.</param>
    /// <param name="back">How far its sequence number is behind the next.</param>
    /// <param name="window">Its window.</param>
    /// <param name="options">Its options.</param>
    /// <param name="unacknowledged">How far its acknowledgement is behind what the other side has sent.</param>
    public Wire Send(
        int side, TcpFlags flags = TcpFlags.Ack | TcpFlags.Psh, string data = "", uint back = 0, int window = 1000, byte[]? options = null,
        uint unacknowledged = 0)
    {
        (IPEndPoint from, IPEndPoint to) = side == 0 ? (Client, Server) : (Server, Client);
        Now += 1_000_000;
        uint ack = (flags & TcpFlags.Ack) == 0 ? 0 : _next[1 - side] - unacknowledged;
        byte[] packet = Ip(from, to, 6, Tcp(from, to, _next[side] - back, ack, flags, data, window, options), ++_id);
        if (back == 0)
            _next[side] += (uint)data.Length + ((flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0 ? 1u : 0);
        _recorder.Take(Now, packet, packet.Length);
        return this;
    }

    /// <summary>A request and its answer.</summary>
    public Wire Round()
    {
        Send(0, data: "{\"A\":7,\"B\":4}\n");
        Send(1, data: "{\"Sum\":11}\n");
        return Send(0, TcpFlags.Ack);
    }

    public Wire Wait(TimeSpan time)
    {
        Now += (long)time.TotalNanoseconds;
        return this;
    }

    /// <summary>The program of one side does something.</summary>
    public Wire Does(int side, SocketAction action, int bytes = 0, int messages = 0, string? text = null)
    {
        ObservedSocket socket = side == 0 ? new(Program, Server, Client) : new(Program, Client, Server);
        Program.Add(new SocketEvent(++Now, socket, action) { Bytes = bytes, Messages = messages, Text = text });
        return this;
    }

    public void Add(Conversation? conversation, int side, in SocketEvent happened) =>
        Words.Add($"{(side == 0 ? "client" : "server")}: {ProgramWords.Of(happened)}");

    public void Add(Conversation conversation, in Segment segment, in Explained why, ReadOnlySpan<byte> bytes, int length)
    {
        Words.Add(Explanation.Words(segment, why));
        Looks.Add(Explanation.Look(segment, why));
    }

    public void Pause()
    {
    }

    public void End(CaptureTotals totals)
    {
    }

    public void Dispose()
    {
    }
}
