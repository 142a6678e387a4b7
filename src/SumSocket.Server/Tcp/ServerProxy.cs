using System.Buffers;
using SumSocket.Sockets.Proxy;

namespace SumSocket.Server.Tcp;

/// <summary>The PROXY protocol of one server: from whom it takes headers, and reading them.</summary>
internal sealed class ServerProxy(ProxyServerOptions options)
{
    /// <summary>Whether connections without a header are served, too.</summary>
    public bool IsOptional => !options.IsRequired;

    /// <summary>Whether an address may send headers.</summary>
    public bool IsSender(IPAddress peer)
    {
        IPAddress address = peer.Unmapped();
        return options.Senders.Any(network => network.Contains(address));
    }

    /// <summary>Reads the header of a connection, and not one byte behind it.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="peer">Its other end.</param>
    /// <param name="begun">Called when a part of a header has come, and more must.</param>
    /// <exception cref="SocketException">The connection failed.</exception>
    /// <exception cref="ObjectDisposedException">It was closed meanwhile.</exception>
    public async Task<ProxyResult> ReadAsync(PlainTransport transport, IPAddress peer, Action begun)
    {
        bool isSender = IsSender(peer);
        if (!isSender && options.IsRequired)
            return ProxyResult.Refused(CloseReason.ProxyNotAllowed, "this address may not send headers, and one is required");
        if (transport.Available == 0)
            await transport.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false); // without a buffer: nothing may come for long
        byte[] bytes = ArrayPool<byte>.Shared.Rent(ProxyHeader.MaxLength);
        try
        {
            for (int taken = 0; ;)
            {
                int peeked = transport.TryPeek(bytes.AsSpan(taken, ProxyHeader.MaxLength - taken));
                if (peeked < 0)
                {
                    await transport.ReceiveAsync(Memory<byte>.Empty).ConfigureAwait(false);
                    continue;
                }

                ProxyHeaderStatus status = ProxyHeader.Read(bytes.AsSpan(0, taken + peeked), out ProxyHeader header, out int length);
                if (status == ProxyHeaderStatus.Absent || peeked == 0)
                    return WithoutHeader(bytes.AsSpan(0, taken), isEnd: peeked == 0);
                // The first four bytes of a binary header are white space, with which a message may begin as well.
                bool mayBeBlank = status == ProxyHeaderStatus.Incomplete && IsBlank(bytes.AsSpan(0, taken + peeked));
                if (!isSender && !mayBeBlank)
                    return ProxyResult.Refused(CloseReason.ProxyNotAllowed, "this address may not send headers");
                if (status == ProxyHeaderStatus.Malformed)
                    return ProxyResult.Refused(CloseReason.ProxyHeaderInvalid, "the header is malformed");
                // What is there already is received whole.
                taken += transport.TryReceive(bytes.AsMemory(taken, status == ProxyHeaderStatus.Complete ? length - taken : peeked));
                if (status == ProxyHeaderStatus.Complete)
                    return new ProxyResult(CloseReason.None, null, header.Source, HasHeader: true);
                if (!mayBeBlank)
                    begun();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The connection does not begin with a header.</summary>
    /// <param name="taken">What was received because it could have been one.</param>
    /// <param name="isEnd">Whether the stream has ended.</param>
    private ProxyResult WithoutHeader(ReadOnlySpan<byte> taken, bool isEnd)
    {
        if (isEnd && taken.IsEmpty)
            return new ProxyResult(CloseReason.PeerClosed, null, null, HasHeader: false);
        if (!IsBlank(taken))
            return ProxyResult.Refused(CloseReason.ProxyHeaderInvalid, "the header breaks off");
        return options.IsRequired
            ? ProxyResult.Refused(CloseReason.ProxyHeaderInvalid, "there is no header, and one is required")
            : new ProxyResult(CloseReason.None, null, null, HasHeader: false);
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept("\r\n"u8);
}

/// <summary>What came of the beginning of a connection.</summary>
/// <param name="Failure">Why the connection must end; <see cref="CloseReason.None"/> when it is good.</param>
/// <param name="Why">The same for the log; null for what needs no words.</param>
/// <param name="Source">The client's address; null where no header named one.</param>
/// <param name="HasHeader">Whether there was a header.</param>
internal readonly record struct ProxyResult(CloseReason Failure, string? Why, IPEndPoint? Source, bool HasHeader)
{
    public static ProxyResult Refused(CloseReason failure, string why) => new(failure, why, null, HasHeader: false);
}
