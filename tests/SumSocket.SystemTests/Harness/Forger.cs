using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SumSocket.SystemTests.Harness;

/// <summary>
/// Sends datagrams with a forged sender. That takes a socket that writes the IP header itself (raw(7)), and so root.
/// </summary>
internal sealed class Forger : IDisposable
{
    private const int IpHeaderLength = 20;
    private const int UdpHeaderLength = 8;

    private readonly Socket _socket;

    private Forger(Socket socket) => _socket = socket;

    /// <summary>Opens the socket, or skips the test where this user may not.</summary>
    public static Forger Create()
    {
        try
        {
            // IPPROTO_RAW sets IP_HDRINCL by itself.
            return new Forger(new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            Tools.Missing("needs root, for a raw socket");
            throw;
        }
    }

    /// <summary>Sends one datagram as if <paramref name="from"/> had sent it.</summary>
    public void Send(IPEndPoint from, IPEndPoint to, string datagram)
    {
        byte[] payload = Encoding.ASCII.GetBytes(datagram);
        byte[] packet = new byte[IpHeaderLength + UdpHeaderLength + payload.Length];
        packet[0] = 0x45; // version 4, five words; the kernel fills in the length, the identification and the checksum
        packet[8] = 64; // time to live
        packet[9] = 17; // UDP
        from.Address.GetAddressBytes().CopyTo(packet, 12);
        to.Address.GetAddressBytes().CopyTo(packet, 16);
        Span<byte> udp = packet.AsSpan(IpHeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        payload.CopyTo(udp[UdpHeaderLength..]); // checksum 0: none
        _socket.SendTo(packet, to);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
