namespace SumSocket.Sockets;

/// <summary>Where a datagram came from, and which address of this machine it was sent to: both ends of its answer.</summary>
/// <param name="family">That of the socket.</param>
internal sealed class DatagramOrigin(AddressFamily family)
{
    /// <summary>IPPROTO_IP, IPPROTO_IPV6, IP_PKTINFO and IPV6_PKTINFO.</summary>
    internal const int Ip = 0, Ip6 = 41, PacketInfo = 8, PacketInfo6 = 50;

    private static readonly int _data = nint.Size + 8; // behind struct cmsghdr: a length, and level and type of four bytes each

    /// <summary>The other end.</summary>
    public SocketAddress Peer { get; private init; } = new(family);

    /// <summary>The port of the other end.</summary>
    public int Port => Peer[2] << 8 | Peer[3]; // sin_port and sin6_port both stand in network order behind the address family

    /// <summary>What the kernel reports of this end: one control message with a struct in_pktinfo or in6_pktinfo.</summary>
    public byte[] Control { get; } = new byte[64];

    /// <summary>How much of that there is; 0 where the socket has one address only.</summary>
    public nint ControlLength { get; private set; }

    /// <summary>Takes note of what came with a datagram. The maker of the socket may have asked for more, such as time stamps: only a first
    /// message with the address is of use.</summary>
    public void TakeControl(nint length)
    {
        bool is6 = Peer.Family == AddressFamily.InterNetworkV6;
        int size = _data + (is6 ? 20 : 12);
        bool isOf = length >= size && BitConverter.ToInt32(Control, nint.Size) == (is6 ? Ip6 : Ip)
            && BitConverter.ToInt32(Control, nint.Size + 4) == (is6 ? PacketInfo6 : PacketInfo);
        ControlLength = isOf ? (size + nint.Size - 1) / nint.Size * nint.Size : 0; // CMSG_SPACE
    }

    /// <summary>The address of this machine that it was sent to; null where the socket has one only.</summary>
    public IPAddress? Local => ControlLength == 0 ? null
        : Peer.Family == AddressFamily.InterNetwork ? new IPAddress(Control.AsSpan(_data + 4, 4)) // ipi_spec_dst
        : new IPAddress(Control.AsSpan(_data, 16)); // ipi6_addr

    /// <summary>A copy, to answer later.</summary>
    public DatagramOrigin Copy()
    {
        DatagramOrigin copy = new(Peer.Family) { Peer = new SocketAddress(Peer.Family, Peer.Size), ControlLength = ControlLength };
        Peer.Buffer[..Peer.Size].CopyTo(copy.Peer.Buffer);
        Control.CopyTo(copy.Control, 0);
        return copy;
    }

    /// <summary>Makes the control message one for the answer: the address stays, and the interface is left to the routes, but for an
    /// address that only says something together with it.</summary>
    public void TurnRound()
    {
        if (ControlLength == 0)
            return;
        Span<byte> data = Control.AsSpan(_data);
        if (Peer.Family == AddressFamily.InterNetwork)
        {
            data[..4].Clear(); // ipi_ifindex, in front of ipi_spec_dst, which is the sender's own address also for a broadcast
            return;
        }

        bool isMulticast = data[0] == 0xFF
            || (data[..10].IndexOfAnyExcept((byte)0) < 0 && data[10] == 0xFF && data[11] == 0xFF && data[12] >= 224); // IPv4's, mapped
        bool isLinkLocal = data[0] == 0xFE && (data[1] & 0xC0) == 0x80;
        if (isMulticast)
            data[..16].Clear(); // ipi6_addr: no address to send from
        if (!isLinkLocal)
            data[16..20].Clear(); // ipi6_ifindex
    }
}
