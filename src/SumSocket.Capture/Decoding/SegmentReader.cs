using System.Buffers.Binary;

namespace SumSocket.Capture.Decoding;

/// <summary>Decodes packets. What is cut off, or is no TCP, UDP or ICMP over IP, is not decoded, and nothing here fails.</summary>
internal static class SegmentReader
{
    public const int LinkEthernet = 1, LinkRaw = 101, LinkLinux = 113, LinkLinux2 = 276; // pcap-linktype(7)
    private const int LinkNull = 0, LinkLoop = 108;
    private const int Ip4 = 0x0800, Ip6 = 0x86DD, Vlan = 0x8100;
    private const int Tcp = 6, Udp = 17, Icmp = 1, Icmp6 = 58, Fragment6 = 44, HopByHop = 0, Routing = 43, Destination = 60;

    /// <summary>Decodes one packet as it was captured.</summary>
    /// <param name="link">Its link type.</param>
    /// <param name="packet">Its bytes, perhaps not all.</param>
    /// <param name="time">When it was captured.</param>
    /// <param name="segment">The result.</param>
    public static bool TryRead(int link, ReadOnlySpan<byte> packet, long time, out Segment segment)
    {
        segment = default;
        int start = LinkHeader(link, packet);
        return start >= 0 && start < packet.Length && TryReadIp(packet[start..], time, isQuoted: false, out segment);
    }

    /// <summary>The length of the link header; -1 when no IP follows it.</summary>
    private static int LinkHeader(int link, ReadOnlySpan<byte> packet)
    {
        int type, length;
        switch (link)
        {
            case LinkRaw:
                return 0;
            case LinkNull or LinkLoop:
                return 4;
            case LinkEthernet when packet.Length >= 18:
                type = BinaryPrimitives.ReadUInt16BigEndian(packet[12..]);
                length = 14;
                if (type == Vlan)
                    (type, length) = (BinaryPrimitives.ReadUInt16BigEndian(packet[16..]), 18);
                break;
            case LinkLinux when packet.Length >= 16:
                (type, length) = (BinaryPrimitives.ReadUInt16BigEndian(packet[14..]), 16);
                break;
            case LinkLinux2 when packet.Length >= 20:
                (type, length) = (BinaryPrimitives.ReadUInt16BigEndian(packet), 20);
                break;
            default:
                return -1;
        }

        return type is Ip4 or Ip6 ? length : -1;
    }

    private static bool TryReadIp(ReadOnlySpan<byte> ip, long time, bool isQuoted, out Segment segment)
    {
        segment = default;
        return ip.Length >= 20 && (ip[0] >> 4) switch
        {
            4 => TryReadIp4(ip, time, isQuoted, out segment),
            6 => TryReadIp6(ip, time, isQuoted, out segment),
            _ => false,
        };
    }

    private static bool TryReadIp4(ReadOnlySpan<byte> ip, long time, bool isQuoted, out Segment segment)
    {
        segment = default;
        int header = 4 * (ip[0] & 15), total = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        if (total == 0)
            total = ip.Length; // offloaded to the network card
        if (header < 20 || total < header || ip.Length < header)
            return false;
        int fragment = BinaryPrimitives.ReadUInt16BigEndian(ip[6..]);
        Segment read = new()
        {
            Time = time,
            Id = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]),
            MoreFragments = (fragment & 0x2000) != 0,
            FragmentOffset = fragment & 0x1FFF,
            Source = Endpoint.V4(BinaryPrimitives.ReadUInt32BigEndian(ip[12..]), 0),
            Destination = Endpoint.V4(BinaryPrimitives.ReadUInt32BigEndian(ip[16..]), 0),
        };
        return TryReadCarried(read, ip[9], isQuoted, ip[header..], total - header, out segment);
    }

    private static bool TryReadIp6(ReadOnlySpan<byte> ip, long time, bool isQuoted, out Segment segment)
    {
        segment = default;
        if (ip.Length < 40)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        if (length == 0)
            length = ip.Length - 40;
        Segment read = new()
        {
            Time = time,
            Source = new Endpoint(BinaryPrimitives.ReadUInt128BigEndian(ip[8..]), 0),
            Destination = new Endpoint(BinaryPrimitives.ReadUInt128BigEndian(ip[24..]), 0),
        };
        int next = ip[6];
        ReadOnlySpan<byte> rest = ip[40..];
        while (next is HopByHop or Routing or Destination or Fragment6)
        {
            int size = rest.Length < 8 ? 0 : next == Fragment6 ? 8 : 8 * (rest[1] + 1);
            if (size == 0 || size > rest.Length || size > length)
                return false;
            if (next == Fragment6)
            {
                int fragment = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
                read = read with
                {
                    Id = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]),
                    MoreFragments = (fragment & 1) != 0,
                    FragmentOffset = fragment >> 3,
                };
            }

            next = rest[0];
            rest = rest[size..];
            length -= size;
        }

        return TryReadCarried(read, next, isQuoted, rest, length, out segment);
    }

    private static bool TryReadCarried(
        in Segment ip, int protocol, bool isQuoted, ReadOnlySpan<byte> bytes, int length, out Segment segment)
    {
        segment = default;
        if (ip.FragmentOffset != 0)
        {
            segment = ip with { Carried = Carried.Fragment, Length = length };
            return protocol is Tcp or Udp;
        }

        if (bytes.Length > length)
            bytes = bytes[..length]; // what pads a short frame
        return protocol switch
        {
            Tcp => TryReadTcp(ip, bytes, length, out segment),
            Udp => TryReadUdp(ip, bytes, length, out segment),
            Icmp or Icmp6 when !isQuoted => TryReadIcmp(ip, bytes, protocol == Icmp6, out segment),
            _ => false,
        };
    }

    private static bool TryReadTcp(in Segment ip, ReadOnlySpan<byte> bytes, int length, out Segment segment)
    {
        segment = default;
        int header = bytes.Length < 20 ? 0 : 4 * (bytes[12] >> 4);
        if (header < 20 || header > length || header > bytes.Length)
            return false;
        ReadOnlySpan<byte> payload = bytes[header..];
        segment = ip with
        {
            Carried = Carried.Tcp,
            Source = ip.Source with { Port = BinaryPrimitives.ReadUInt16BigEndian(bytes) },
            Destination = ip.Destination with { Port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) },
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            Acknowledged = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            Flags = (TcpFlags)bytes[13],
            Window = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]),
            Options = ReadOptions(bytes[20..header]),
            Length = length - header,
            Messages = payload.Count((byte)'\n'),
            EndsInMessage = !payload.IsEmpty && payload[^1] != '\n',
            First = FirstOf(payload),
        };
        return true;
    }

    private static bool TryReadUdp(in Segment ip, ReadOnlySpan<byte> bytes, int length, out Segment segment)
    {
        segment = default;
        if (bytes.Length < 8)
            return false;
        segment = ip with
        {
            Carried = Carried.Udp,
            Source = ip.Source with { Port = BinaryPrimitives.ReadUInt16BigEndian(bytes) },
            Destination = ip.Destination with { Port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) },
            Length = Math.Max(0, BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) - 8),
            Messages = 1,
            First = FirstOf(bytes[8..]),
        };
        return length >= 8;
    }

    private static bool TryReadIcmp(in Segment ip, ReadOnlySpan<byte> bytes, bool is6, out Segment segment)
    {
        segment = default;
        if (bytes.Length < 8)
            return false;
        int type = bytes[0];
        if (!(is6 ? type is >= 1 and <= 4 : type is 3 or 4 or 5 or 11 or 12)
            || !TryReadIp(Quoted(bytes[8..]), ip.Time, isQuoted: true, out Segment quoted)
            || quoted.Carried == Carried.Fragment)
            return false;
        segment = ip with
        {
            Carried = Carried.Icmp,
            IcmpType = is6 ? 256 + type : type,
            IcmpCode = bytes[1],
            Mtu = is6 && type == 2 ? (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]))
                : !is6 && type == 3 && bytes[1] == 4 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) : 0,
            QuotedSource = quoted.Source,
            QuotedDestination = quoted.Destination,
            QuotedSequence = quoted.Sequence,
        };
        return true;
    }

    /// <summary>A report may quote no more than eight bytes behind the IP header (RFC 792): enough for ports and a sequence number. The
    /// rest of the header is made up.</summary>
    private static Span<byte> Quoted(ReadOnlySpan<byte> quoted)
    {
        byte[] padded = new byte[Math.Max(quoted.Length, 0) + 40];
        quoted.CopyTo(padded);
        if (quoted.Length < 20)
            return [];
        int header = quoted[0] >> 4 == 6 ? 40 : 4 * (quoted[0] & 15);
        if (quoted.Length >= header + 8 && quoted.Length < header + 20)
            padded[header + 12] = 5 << 4; // the length of a TCP header without options
        return padded;
    }

    private static TcpOptions ReadOptions(ReadOnlySpan<byte> bytes)
    {
        TcpOptions options = new() { WindowScale = -1 };
        while (bytes.Length > 0 && bytes[0] != 0)
        {
            if (bytes[0] == 1)
            {
                bytes = bytes[1..];
                continue;
            }

            if (bytes.Length < 2 || bytes[1] < 2 || bytes[1] > bytes.Length)
                break;
            ReadOnlySpan<byte> value = bytes[2..bytes[1]];
            options = (bytes[0], value.Length) switch
            {
                (2, 2) => options with { Mss = BinaryPrimitives.ReadUInt16BigEndian(value) },
                (3, 1) => options with { WindowScale = Math.Min((int)value[0], 14) },
                (4, 0) => options with { MaySack = true },
                (5, >= 8) => options with
                {
                    SackBlocks = value.Length / 8,
                    SackStart = BinaryPrimitives.ReadUInt32BigEndian(value),
                    SackEnd = BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
                },
                (8, 8) => options with
                {
                    HasTimestamp = true,
                    Timestamp = BinaryPrimitives.ReadUInt32BigEndian(value),
                    Echo = BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
                },
                _ => options,
            };
            bytes = bytes[bytes[1]..];
        }

        return options;
    }

    private static FirstBytesKind FirstOf(ReadOnlySpan<byte> payload) => payload switch
    {
        [] => FirstBytesKind.None,
        [(byte)'{', ..] => FirstBytesKind.Message,
        [20 or 24, 3, ..] => FirstBytesKind.TlsOther,
        [21, 3, ..] => FirstBytesKind.TlsAlert,
        [22, 3, ..] => FirstBytesKind.TlsHandshake,
        [23, 3, ..] => FirstBytesKind.TlsData,
        [(byte)'P', (byte)'R', (byte)'O', (byte)'X', (byte)'Y', ..] or [13, 10, 13, 10, 0, 13, 10, ..] => FirstBytesKind.ProxyHeader,
        _ => FirstBytesKind.Other,
    };
}
