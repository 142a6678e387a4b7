using System.Runtime.CompilerServices;

namespace SumSocket.Sockets;

/// <summary>TCP without encryption.</summary>
/// <remarks>It is itself the operation that waits for data, so an idle connection has no task and no further object to wait with. Awaiting
/// <c>Socket.ReceiveAsync</c> takes a third more memory for each idle connection, and a fiftieth of a round trip.</remarks>
internal sealed class PlainTransport : SocketAsyncEventArgs, ITransport
{
    private readonly Socket _socket;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where <see cref="BeginReceive"/> puts the bytes; null to wait without holding a buffer.</param>
    /// <exception cref="SocketException">The connection has ended already.</exception>
    public PlainTransport(Socket socket, byte[]? buffer = null)
        : base(unsafeSuppressExecutionContextFlow: true)
    {
        _socket = socket;
        socket.Blocking = false; // the synchronous calls return instead of waiting
        if (buffer is not null)
            SetBuffer(buffer);
    }

    /// <inheritdoc/>
    public new EndPoint? RemoteEndPoint => _socket.RemoteEndPoint;

    /// <summary>This side's address; null when it is closed.</summary>
    public EndPoint? LocalEndPoint => _socket.LocalEndPoint;

    /// <inheritdoc/>
    public PlainTransport Bare => this;

    /// <inheritdoc/>
    public string? TlsSession => null;

    /// <summary>Whether the connection has failed: a reset has come, or the kernel has given the peer up. An end in order is no
    /// failure.</summary>
    public bool HasFailed => _socket.Poll(0, SelectMode.SelectError);

    /// <inheritdoc/>
    public int Available => _socket.Available;

    /// <inheritdoc/>
    public bool IsCut => false;

    /// <inheritdoc/>
    public void Attach(ITransportHandler handler) => UserToken = handler; // a field that is there anyway

    /// <inheritdoc/>
    public bool BeginReceive(out int received, out SocketError error)
    {
        (received, error) = (0, SocketError.Success);
        if (_socket.ReceiveAsync(this))
            return true;
        (received, error) = (BytesTransferred, SocketError);
        return false;
    }

    /// <inheritdoc/>
    public int TryReceive(Memory<byte> buffer) => Received(_socket.Receive(buffer.Span, SocketFlags.None, out SocketError error), error);

    /// <summary>The first bytes of what <see cref="TryReceive"/> would return, which stay there.</summary>
    public int TryPeek(Span<byte> buffer) => Received(_socket.Receive(buffer, SocketFlags.Peek, out SocketError error), error);

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    /// <inheritdoc/>
    public int TrySend(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0; // a send of nothing is a system call too
        int sent = _socket.Send(bytes.Span, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? sent
            : SocketErrors.IsWouldBlock(error) ? 0
            : throw new SocketException((int)error);
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
    }

    /// <inheritdoc/>
    public void EndSending() => TryShutdown(SocketShutdown.Send);

    /// <inheritdoc/>
    public void EndReceiving() => TryShutdown(SocketShutdown.Receive);

    /// <inheritdoc/>
    public void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already: there is nothing left to reset.
        }

        Dispose();
    }

    /// <inheritdoc/>
    public TcpInfo? ReadTcpInfo()
    {
        try
        {
            return LinuxOnly.ReadTcpInfo(_socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>The options that the kernel has set.</summary>
    public TcpSettings ReadSettings() => TcpTuning.Read(_socket);

    /// <summary>All that the kernel knows of the connection; null when it is closed or the kernel does not report it.</summary>
    public TcpDetails? ReadTcpDetails() => Read(LinuxOnly.ReadTcpDetails);

    /// <summary>The options that the kernel has set, with those that only an examination needs; null when it is closed.</summary>
    public EffectiveOptions? ReadEffectiveOptions() => Read(EffectiveOptions.Read);

    /// <summary>The error that waits on the socket, which this takes away (SO_ERROR).</summary>
    public SocketError TakeError()
    {
        try
        {
            return (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return SocketError.Success;
        }
    }

    /// <summary>Closes; pending calls fail.</summary>
    public new void Dispose()
    {
        _socket.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e) =>
        Unsafe.As<ITransportHandler>(UserToken!).OnReceived(BytesTransferred, SocketError);

    private T? Read<T>(Func<Socket, T?> read)
        where T : class
    {
        try
        {
            return read(_socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static int Received(int count, SocketError error) => error == SocketError.Success ? count
        : SocketErrors.IsWouldBlock(error) ? -1
        : throw new SocketException((int)error);

    private void TryShutdown(SocketShutdown direction)
    {
        try
        {
            _socket.Shutdown(direction);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has ended already: a receive reports how.
        }
    }
}
