namespace SumSocket.Sockets;

/// <summary>One connected stream of bytes, in the operations that a connection needs. None of them blocks. The server waits without a
/// buffer and then calls <see cref="TryReceive"/>; the client receives straight into its own buffer, in one system call.</summary>
/// <remarks><see cref="PlainTransport"/> is TCP, <see cref="Tls.TlsTransport"/> TLS over another one. The header of PROXY
/// protocol comes ahead of either, and is read from the plain one.</remarks>
internal interface ITransport : IDisposable
{
    /// <summary>The peer's address.</summary>
    /// <exception cref="SocketException">The peer is gone already.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>The TCP connection that carries it: itself where there is nothing in between.</summary>
    PlainTransport Bare { get; }

    /// <summary>Version and cipher suite of TLS; null without.</summary>
    string? TlsSession { get; }

    /// <summary>Bytes that were received and not yet read.</summary>
    int Available { get; }

    /// <summary>Once the stream has ended: whether it was cut. TLS announces an end by close_notify; an end without it may be another's
    /// doing, and bytes may be missing (RFC 8446, section 6.1). Always false where ends are not announced.</summary>
    bool IsCut { get; }

    /// <summary>Names the object that is called when a receive completes. Once, before the first receive.</summary>
    void Attach(ITransportHandler handler);

    /// <summary>Receives into the buffer given at creation; without one it only waits for something to receive. One at a time.</summary>
    /// <param name="received">When it completed at once: the bytes received; 0 without an error: the end of the stream, or no
    /// buffer.</param>
    /// <param name="error">When it completed at once: why it failed.</param>
    /// <returns>True when it is pending: the handler is called, perhaps before this returns.</returns>
    bool BeginReceive(out int received, out SocketError error);

    /// <summary>Receives what is there: 0 is the end of the stream, -1 that there is nothing.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    int TryReceive(Memory<byte> buffer);

    /// <summary>Receives, waiting for the peer; 0 is the end of the stream. Not while <see cref="BeginReceive"/> is pending.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends what is taken at once, perhaps nothing.</summary>
    /// <returns>The bytes taken. After fewer than all, the rest goes to <see cref="SendAsync"/> next, or nothing more is sent.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    int TrySend(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends everything, waiting for the peer to take it. Only closing ends it early: what was sent is then unknown.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the sending side behind everything sent. No error when the connection has ended already.</summary>
    void EndSending();

    /// <summary>Ends the receiving side: a pending receive gets what has arrived, then the end of the stream. No error either.</summary>
    void EndReceiving();

    /// <summary>Closes with a reset, so that the kernel does not keep unsent bytes for a peer that does not take them.</summary>
    void Abort();

    /// <summary>What the kernel knows of the path; null when the connection has ended or the kernel does not report it.</summary>
    TcpInfo? ReadTcpInfo();

    /// <summary>Says why its owner ends it, to whatever observes it.</summary>
    /// <param name="decision">A few lower-case words.</param>
    void Note(string decision)
    {
    }
}

/// <summary>The owner of a transport.</summary>
internal interface ITransportHandler
{
    /// <summary>A pending receive has completed. Called on a thread of the socket engine where completions are inline.</summary>
    void OnReceived(int received, SocketError error);
}
