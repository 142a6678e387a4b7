using System.Buffers.Binary;
using System.Numerics;

namespace SumSocket.Sockets.Proxy;

/// <summary>Version 2, in binary: a signature, version and command, address family and protocol, the length of what follows, addresses, and
/// further fields of type, length and value (proxy-protocol.txt, section 2.2).</summary>
internal static class ProxyHeaderV2
{
    private const int FixedLength = 16;
    private const byte Local = 0x20;
    private const byte Forwarded = 0x21;
    private const byte TcpOverIPv4 = 0x11;
    private const byte TcpOverIPv6 = 0x21;
    private const byte Checksum = 0x03; // PP2_TYPE_CRC32C

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (default, 0);
        if (bytes.Length < FixedLength)
            return ProxyHeaderStatus.Incomplete;
        (byte command, byte family) = (bytes[12], bytes[13]);
        length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (command is not (Local or Forwarded) || length > ProxyHeader.MaxLength)
            return ProxyHeaderStatus.Malformed;
        if (bytes.Length < length)
            return ProxyHeaderStatus.Incomplete;

        // Of a proxy's own connection, and of protocols that are not TCP, the addresses are skipped and the connection's own hold.
        int addresses = command == Local ? 0 : family switch { TcpOverIPv4 => 2 * (4 + 2), TcpOverIPv6 => 2 * (16 + 2), _ => 0 };
        ReadOnlySpan<byte> rest = bytes[FixedLength..length];
        if (rest.Length < addresses || (addresses > 0 && !HasGoodFields(bytes[..length], FixedLength + addresses)))
            return ProxyHeaderStatus.Malformed;
        if (addresses > 0)
            header = ReadAddresses(rest[..addresses]);
        return ProxyHeaderStatus.Complete;
    }

    /// <summary>Writes a header without further fields.</summary>
    /// <param name="source">The client's address; null writes the one of a proxy's own connection (LOCAL).</param>
    /// <param name="destination">The address that it connected to, of the same family.</param>
    public static byte[] Write(IPEndPoint? source, IPEndPoint? destination)
    {
        bool isLocal = source is null || destination is null || source.AddressFamily != destination.AddressFamily;
        byte[] addresses = isLocal
            ? []
            : [.. source!.Address.GetAddressBytes(), .. destination!.Address.GetAddressBytes(), .. Port(source), .. Port(destination)];
        byte family = isLocal ? (byte)0 : addresses.Length == 12 ? TcpOverIPv4 : TcpOverIPv6;
        return [.. Signature, isLocal ? Local : Forwarded, family, 0, (byte)addresses.Length, .. addresses];

        static byte[] Port(IPEndPoint endPoint) => [(byte)(endPoint.Port >> 8), (byte)endPoint.Port];
    }

    private static ProxyHeader ReadAddresses(ReadOnlySpan<byte> addresses)
    {
        int size = (addresses.Length / 2) - 2;
        ReadOnlySpan<byte> ports = addresses[(2 * size)..];
        return new ProxyHeader(
            new IPEndPoint(new IPAddress(addresses[..size]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(new IPAddress(addresses[size..(2 * size)]), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
    }

    /// <summary>Whether the fields behind the addresses fill the header exactly, and a checksum among them is right.</summary>
    private static bool HasGoodFields(ReadOnlySpan<byte> header, int at)
    {
        while (at < header.Length)
        {
            if (header.Length - at < 3)
                return false;
            int length = BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            if (header.Length - at - 3 < length)
                return false;
            if (header[at] == Checksum && (length != 4 || BinaryPrimitives.ReadUInt32BigEndian(header[(at + 3)..]) != Sum(header, at + 3)))
                return false;
            at += 3 + length;
        }

        return true;
    }

    /// <summary>CRC-32C (RFC 3720, appendix B.4) of the header with its checksum taken for zero.</summary>
    private static uint Sum(ReadOnlySpan<byte> header, int checksumAt)
    {
        uint sum = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
            sum = BitOperations.Crc32C(sum, i >= checksumAt && i < checksumAt + 4 ? (byte)0 : header[i]);
        return ~sum;
    }
}
