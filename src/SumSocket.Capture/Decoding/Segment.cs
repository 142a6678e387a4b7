namespace SumSocket.Capture.Decoding;

/// <summary>An address and a port. IPv4 addresses are kept as IPv6 ones that map them.</summary>
internal readonly record struct Endpoint(UInt128 Address, ushort Port)
{
    private static readonly UInt128 _mapped = (UInt128)0xFFFF << 32;

    public static Endpoint V4(uint address, ushort port) => new(_mapped | address, port);

    public static Endpoint Of(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new Endpoint(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes), (ushort)endPoint.Port);
    }

    public IPEndPoint ToIPEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        IPAddress address = new(bytes);
        return new IPEndPoint(address.Unmapped(), Port);
    }

    public override string ToString() => ToIPEndPoint().ToString();
}

/// <summary>What a packet carries.</summary>
internal enum Carried : byte
{
    Tcp,
    Udp,
    Icmp,
    Fragment, // of a datagram, behind its first
}

/// <summary>The flags of TCP (RFC 9293, section 3.1).</summary>
[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Rst = 4,
    Psh = 8,
    Ack = 16,
    Urg = 32,
    Ece = 64,
    Cwr = 128,
}

/// <summary>The options of a segment; 0 or -1 where there is none.</summary>
internal readonly record struct TcpOptions
{
    public int Mss { get; init; }

    /// <summary>The shift of the windows; -1 without that option.</summary>
    public int WindowScale { get; init; }

    public bool MaySack { get; init; }

    public bool HasTimestamp { get; init; }

    public uint Timestamp { get; init; }

    public uint Echo { get; init; }

    /// <summary>Blocks of a selective acknowledgement, of which the first is kept.</summary>
    public int SackBlocks { get; init; }

    public uint SackStart { get; init; }

    public uint SackEnd { get; init; }
}

/// <summary>One packet, decoded as far as it is explained. It holds no bytes of it.</summary>
internal readonly record struct Segment
{
    /// <summary>Nanoseconds since 1970.</summary>
    public long Time { get; init; }

    public Carried Carried { get; init; }

    public Endpoint Source { get; init; }

    public Endpoint Destination { get; init; }

    /// <summary>The identification of an IPv4 packet or of a fragment of IPv6.</summary>
    public uint Id { get; init; }

    public bool MoreFragments { get; init; }

    /// <summary>Where in its datagram a fragment begins, in units of eight bytes.</summary>
    public int FragmentOffset { get; init; }

    public TcpFlags Flags { get; init; }

    public uint Sequence { get; init; }

    public uint Acknowledged { get; init; }

    /// <summary>As it stands in the header, not scaled.</summary>
    public ushort Window { get; init; }

    public TcpOptions Options { get; init; }

    /// <summary>Bytes behind the header of TCP or UDP, by the lengths in the headers.</summary>
    public int Length { get; init; }

    /// <summary>How many messages end in them, and whether the last one does.</summary>
    public int Messages { get; init; }

    public bool EndsInMessage { get; init; }

    /// <summary>The first bytes of them.</summary>
    public FirstBytesKind First { get; init; }

    /// <summary>Type and code of ICMP; of IPv6 the type is 256 more.</summary>
    public int IcmpType { get; init; }

    public int IcmpCode { get; init; }

    /// <summary>The longest packet that a router takes, where it says so.</summary>
    public int Mtu { get; init; }

    /// <summary>Sequence number of the segment that an ICMP report quotes.</summary>
    public uint QuotedSequence { get; init; }

    /// <summary>The packet that an ICMP report is about.</summary>
    public Endpoint QuotedSource { get; init; }

    public Endpoint QuotedDestination { get; init; }

    public bool Has(TcpFlags flag) => (Flags & flag) != 0;

    /// <summary>The sequence number behind it.</summary>
    public uint End => Sequence + (uint)Length + (Has(TcpFlags.Syn) ? 1u : 0) + (Has(TcpFlags.Fin) ? 1u : 0);
}

/// <summary>What a payload begins with.</summary>
internal enum FirstBytesKind : byte
{
    None,
    Message,
    TlsHandshake,
    TlsAlert,
    TlsData,
    TlsOther,
    ProxyHeader,
    Other,
}
