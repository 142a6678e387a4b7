namespace SumSocket.Sockets;

/// <summary>Sees what the program does with its sockets, to be set beside the packets that this leads to.</summary>
internal interface ISocketObserver
{
    /// <summary>Something was done, or happened. Called from any thread, and must return at once.</summary>
    void Add(in SocketEvent happened);
}

/// <summary>What a program does with a socket, or sees of it.</summary>
internal enum SocketAction
{
    Connects,       // ahead of the first packet
    Connected,
    ConnectFailed,
    Accepted,
    Wrote,
    Received,
    SawEnd,         // the peer has ended its sending side
    Failed,
    EndsSending,
    Resets,
    Closes,
    Decided,        // why it ends the connection
}

/// <summary>One thing that a program did, at the instant before the kernel did it, or behind what the kernel reported.</summary>
/// <param name="Time">Nanoseconds since 1970, the clock of packets.</param>
/// <param name="Socket">The socket.</param>
/// <param name="Action">What it did.</param>
internal readonly record struct SocketEvent(long Time, ObservedSocket Socket, SocketAction Action)
{
    /// <summary>Bytes written or received; of a close, those that came and were never read.</summary>
    public int Bytes { get; init; }

    /// <summary>How many messages ended in them; 0 where that cannot be seen, as over TLS.</summary>
    public int Messages { get; init; }

    /// <summary>The connection's state in the kernel then; <see cref="TcpState.Unknown"/> where it was not asked for.</summary>
    public TcpState State { get; init; }

    /// <summary>Why, in a few lower-case words.</summary>
    public string? Text { get; init; }
}

/// <summary>A socket under observation.</summary>
/// <param name="observer">What sees it.</param>
/// <param name="remote">Its peer.</param>
/// <param name="local">Its own address; null while it has none.</param>
internal sealed class ObservedSocket(ISocketObserver observer, IPEndPoint? remote, IPEndPoint? local = null)
{
    private volatile IPEndPoint? _local = local;
    private volatile bool _isSettled = local is not null;

    public IPEndPoint? Remote => remote;

    /// <summary>This side's address; null before <see cref="IsSettled"/>, and after an attempt that ended before it had one.</summary>
    public IPEndPoint? Local => _local;

    /// <summary>Whether <see cref="Local"/> is final.</summary>
    public bool IsSettled => _isSettled;

    /// <summary>The time as packets have it.</summary>
    public static long Now => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;

    /// <summary>The kernel has chosen its address, or will not any more.</summary>
    /// <param name="socket">The socket; null for one that was never made.</param>
    public void Settle(Socket? socket)
    {
        if (_isSettled)
            return;
        try
        {
            _local = socket is null ? null : LinuxOnly.ReadLocalEndPoint(socket);
        }
        catch (ObjectDisposedException)
        {
            // The attempt was over too soon.
        }

        _isSettled = true;
    }

    public void Add(
        SocketAction action, TcpState state = TcpState.Unknown, int bytes = 0, int messages = 0, string? text = null, long time = 0) =>
        observer.Add(new SocketEvent(time == 0 ? Now : time, this, action)
        {
            State = state,
            Bytes = bytes,
            Messages = messages,
            Text = text,
        });
}

/// <summary>A TCP connection whose program is under observation. It lies directly over the plain transport, below TLS.</summary>
internal sealed class ObservedTransport : ITransport, ITransportHandler
{
    private readonly PlainTransport _inner;
    private readonly ObservedSocket _observed;
    private readonly byte[]? _buffer;
    private ITransportHandler? _handler;

    private ObservedTransport(PlainTransport inner, ObservedSocket observed, byte[]? buffer) =>
        (_inner, _observed, _buffer) = (inner, observed, buffer);

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    /// <inheritdoc/>
    public PlainTransport Bare => _inner;

    /// <inheritdoc/>
    public string? TlsSession => null;

    /// <inheritdoc/>
    public int Available => _inner.Available;

    /// <inheritdoc/>
    public bool IsCut => false;

    private TcpState State => _inner.ReadTcpDetails()?.State ?? TcpState.Unknown;

    /// <summary>The state of a connection in the kernel; <see cref="TcpState.Unknown"/> for a socket of datagrams.</summary>
    public static TcpState StateOf(Socket socket) => socket.SocketType == SocketType.Stream
        ? LinuxOnly.ReadTcpDetails(socket)?.State ?? TcpState.Unknown : TcpState.Unknown;

    /// <summary>The transport itself where nothing observes it.</summary>
    /// <param name="inner">The connection.</param>
    /// <param name="observed">Its socket; null for no observation.</param>
    /// <param name="buffer">Where <paramref name="inner"/> puts what it receives.</param>
    public static ITransport Wrap(PlainTransport inner, ObservedSocket? observed, byte[]? buffer = null) =>
        observed is null ? inner : new ObservedTransport(inner, observed, buffer);

    /// <inheritdoc/>
    public void Attach(ITransportHandler handler)
    {
        _handler = handler;
        _inner.Attach(this);
    }

    /// <inheritdoc/>
    public bool BeginReceive(out int received, out SocketError error)
    {
        if (_inner.BeginReceive(out received, out error))
            return true;
        Note(received, error);
        return false;
    }

    /// <inheritdoc/>
    public int TryReceive(Memory<byte> buffer)
    {
        try
        {
            int received = _inner.TryReceive(buffer);
            if (received >= 0)
                NoteReceived(buffer.Span[..received]);
            return received;
        }
        catch (SocketException failure)
        {
            NoteFailure(failure.SocketErrorCode);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        int received = await _inner.ReceiveAsync(buffer).ConfigureAwait(false);
        NoteReceived(buffer.Span[..received]);
        return received;
    }

    /// <inheritdoc/>
    public int TrySend(ReadOnlyMemory<byte> bytes)
    {
        long time = ObservedSocket.Now;
        try
        {
            int sent = _inner.TrySend(bytes);
            if (sent > 0)
                _observed.Add(SocketAction.Wrote, bytes: sent, messages: bytes.Span[..sent].Count((byte)'\n'), time: time);
            return sent;
        }
        catch (SocketException failure)
        {
            NoteFailure(failure.SocketErrorCode);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        _observed.Add(SocketAction.Wrote, bytes: bytes.Length, messages: bytes.Span.Count((byte)'\n'));
        return _inner.SendAsync(bytes);
    }

    /// <inheritdoc/>
    public void EndSending()
    {
        _observed.Add(SocketAction.EndsSending, State);
        _inner.EndSending();
    }

    /// <inheritdoc/>
    public void EndReceiving() => _inner.EndReceiving();

    /// <inheritdoc/>
    public void Abort()
    {
        _observed.Add(SocketAction.Resets, State);
        _inner.Abort();
    }

    /// <inheritdoc/>
    public TcpInfo? ReadTcpInfo() => _inner.ReadTcpInfo();

    /// <inheritdoc/>
    public void Note(string decision) => _observed.Add(SocketAction.Decided, State, text: decision);

    /// <inheritdoc/>
    public void Dispose()
    {
        int unread = 0;
        try
        {
            unread = _inner.Available;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        if (State is var state and not TcpState.Unknown)
            _observed.Add(SocketAction.Closes, state, unread);
        _inner.Dispose();
    }

    /// <inheritdoc/>
    void ITransportHandler.OnReceived(int received, SocketError error)
    {
        Note(received, error);
        _handler!.OnReceived(received, error);
    }

    private void Note(int received, SocketError error)
    {
        if (error != SocketError.Success)
            NoteFailure(error);
        else if (_buffer is not null) // else nothing is received yet
            NoteReceived(_buffer.AsSpan(0, received));
    }

    private void NoteReceived(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            _observed.Add(SocketAction.SawEnd, State);
        else
            _observed.Add(SocketAction.Received, bytes: bytes.Length, messages: bytes.Count((byte)'\n'));
    }

    private void NoteFailure(SocketError error)
    {
        if (error != SocketError.OperationAborted) // what this side's own close leads to
            _observed.Add(SocketAction.Failed, State, text: SocketErrors.Describe(error));
    }
}
