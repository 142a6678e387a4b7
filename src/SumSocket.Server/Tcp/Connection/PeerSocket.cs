using System.Net.Sockets;
using SumSocket.Sockets;

namespace SumSocket.Server.Tcp.Connection;

/// <summary>An accepted socket in the few ways a connection uses it, none of which blocks.</summary>
internal readonly struct PeerSocket
{
    private readonly Socket _socket;

    /// <summary>Takes the socket over.</summary>
    public PeerSocket(Socket socket) => _socket = socket;

    /// <summary>The socket itself, for the log.</summary>
    public Socket Socket => _socket;

    /// <summary>Bytes that were received and not yet read.</summary>
    public int Available => _socket.Available;

    /// <summary>Makes the synchronous calls return instead of wait, and on systems where accepted sockets do not inherit it, switches Nagle off.</summary>
    public void Prepare()
    {
        _socket.Blocking = false;
        if (!OperatingSystem.IsLinux())
            _socket.NoDelay = true;
    }

    /// <summary>Ends when there is something to receive. A receive of zero bytes waits without holding a buffer. For the end of a connection.</summary>
    public ValueTask<int> WaitForDataAsync() => _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);

    /// <summary>Receives what is there: 0 is the end of the stream, -1 that there is nothing.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    public int Receive(Span<byte> buffer)
    {
        int received = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? received
            : SocketErrors.IsWouldBlock(error) ? -1
            : throw new SocketException((int)error);
    }

    /// <summary>Sends what the kernel takes at once. Worth a twentieth of the time at one request a round trip over an asynchronous send.</summary>
    /// <returns>The bytes taken, perhaps none.</returns>
    /// <exception cref="SocketException">The connection failed.</exception>
    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0; // a message that came in part has no answer yet, and a send of nothing is a call into the kernel too
        int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? sent
            : SocketErrors.IsWouldBlock(error) ? 0
            : throw new SocketException((int)error);
    }

    /// <summary>Sends everything, waiting for the peer to take it. Ended early only by closing the socket: what it had sent is then unknown.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
    }

    /// <summary>Ends the sending side behind everything sent. No error when the peer is gone already.</summary>
    public void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException e) when (SocketErrors.IsReset(e.SocketErrorCode))
        {
            // Whoever waits for data hears of it there.
        }
    }

    /// <summary>Closes with a reset, so that the kernel does not go on keeping unsent answers for a peer that does not take them.</summary>
    public void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already: then there is nothing left to reset.
        }

        _socket.Dispose();
    }

    /// <summary>Closes; pending calls fail.</summary>
    public void Dispose() => _socket.Dispose();
}
