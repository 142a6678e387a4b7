namespace SumSocket.Sockets.Proxy;

/// <summary>What a proxy says of the connection that it forwards: the PROXY protocol, versions 1 and 2 (proxy-protocol.txt of HAProxy). The
/// header comes once, ahead of everything else, TLS included.</summary>
/// <param name="Source">The client's address; null where the header names none, as that of a proxy's own health check.</param>
/// <param name="Destination">The address that the client connected to; null with <paramref name="Source"/>.</param>
internal readonly record struct ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    /// <summary>The longest header that is read. Version 1 ends after 107 bytes; version 2 may announce 64 KiB, but addresses and the usual
    /// further fields take a few hundred.</summary>
    public const int MaxLength = 1024;

    /// <summary>Reads a header from the first bytes of a connection, of which there may be any number.</summary>
    /// <param name="bytes">All bytes received, from the first on.</param>
    /// <param name="header">The header, when it is complete.</param>
    /// <param name="length">Its bytes then; what follows belongs to the connection.</param>
    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        if (Begins(bytes, ProxyHeaderV2.Signature))
            return ProxyHeaderV2.Read(bytes, out header, out length);
        if (Begins(bytes, ProxyHeaderV1.Signature))
            return ProxyHeaderV1.Read(bytes, out header, out length);
        (header, length) = (default, 0);
        return ProxyHeaderStatus.Absent;
    }

    /// <summary>Whether bytes may be the beginning of what begins with <paramref name="signature"/>.</summary>
    private static bool Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        int common = Math.Min(bytes.Length, signature.Length);
        return bytes[..common].SequenceEqual(signature[..common]);
    }
}

/// <summary>What the first bytes of a connection are.</summary>
internal enum ProxyHeaderStatus
{
    Incomplete, // so far they may be a header, and all of them belong to it
    Complete,
    Absent,     // they are no header
    Malformed,  // they begin as a header and break its rules
}
