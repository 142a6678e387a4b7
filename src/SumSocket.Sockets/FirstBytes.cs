using System.Buffers.Binary;

namespace SumSocket.Sockets;

/// <summary>The first bytes of a connection, up to eight: enough to recognise a peer that speaks something else.</summary>
internal readonly struct FirstBytes
{
    private const byte Alert = 21; // content types of RFC 8446, section 5.1
    private const byte Handshake = 22;

    private readonly ulong _bytes;
    private readonly int _length;

    public FirstBytes(ReadOnlySpan<byte> bytes)
    {
        Span<byte> first = stackalloc byte[sizeof(ulong)];
        bytes[..Math.Min(bytes.Length, first.Length)].CopyTo(first);
        _bytes = BinaryPrimitives.ReadUInt64BigEndian(first);
        _length = bytes.Length;
    }

    public bool IsEmpty => _length == 0;

    /// <summary>A record that can begin a TLS connection: a handshake message or an alert. A message of ours begins with neither.</summary>
    public bool IsTls => IsTlsAlert || (byte)(_bytes >> 56) == Handshake;

    /// <summary>A server that speaks TLS, or a client that refuses a handshake.</summary>
    public bool IsTlsAlert => (byte)(_bytes >> 56) == Alert && (byte)(_bytes >> 48) is 3 or 0;

    /// <summary>A request of HTTP/1 or HTTP/2, or a response.</summary>
    public bool IsHttp
    {
        get
        {
            Span<byte> first = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(first, _bytes);
            return first.StartsWith("GET "u8) || first.StartsWith("POST "u8) || first.StartsWith("HEAD "u8) || first.StartsWith("PUT "u8)
                || first.StartsWith("PRI * "u8) || first.StartsWith("OPTIONS "u8) || first.StartsWith("CONNECT "u8)
                || first.StartsWith("DELETE "u8) || first.StartsWith("HTTP/"u8);
        }
    }

    /// <summary>What it is, in a word or two.</summary>
    public string Name => IsTls ? "TLS" : IsHttp ? "HTTP" : "plain text";
}
