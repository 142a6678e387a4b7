using System.Net;
using System.Net.Sockets;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Client.Tcp;

/// <summary>One TCP connection, from its first request to its end; never revived. Here is its receive loop.</summary>
/// <remarks>
/// The connection is itself the operation that waits for its data, and what follows a receive is an ordinary call: nothing on that way has
/// to wait. A task that awaits each receive costs a fiftieth of a round trip more.
/// </remarks>
internal sealed class SumConnection : SocketAsyncEventArgs, IThreadPoolWorkItem
{
    private const int ReceiveBufferSize = 16 * 1024;
    private const int BatchSize = 256; // answers told to the owner at a time, so that its gate is taken once for all of them

    /// <summary>
    /// The bytes a peer may have handled without making the loop wait; then it yields, for the sake of the others of its thread. A quarter
    /// of it makes the turns evener, but costs throughput with 64 requests in flight.
    /// </summary>
    internal const int TurnBytes = 256 * 1024;

    [ThreadStatic]
    private static Response[]? _threadsBatch; // one for all connections of a thread stays in its processor's cache

    private readonly Socket _socket;
    private readonly TcpDispatcher _owner;
    private readonly byte[] _buffer = new byte[ReceiveBufferSize];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ResponseDecoder _decoder;

    /// <param name="socket">A connected socket, which it closes.</param>
    /// <param name="remoteEndPoint">The peer.</param>
    /// <param name="owner">Who is told of answers and of the end.</param>
    /// <param name="pipeline">The requests on it.</param>
    public SumConnection(Socket socket, IPEndPoint remoteEndPoint, TcpDispatcher owner, Pipeline pipeline)
        : base(unsafeSuppressExecutionContextFlow: true)
    {
        (_socket, _owner, RemoteEndPoint, Pipeline) = (socket, owner, remoteEndPoint, pipeline);
        SetBuffer(_buffer);
    }

    public new IPEndPoint RemoteEndPoint { get; }

    public Pipeline Pipeline { get; }

    /// <summary>Ends when the socket is closed and nothing runs any more; never faults.</summary>
    public Task Completion => _completion.Task;

    /// <summary>What the kernel knows of its way; null when it has ended or the kernel does not tell.</summary>
    public TcpInfo? ReadTcpInfo()
    {
        try
        {
            return LinuxOnly.ReadTcpInfo(_socket);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Ends both directions; the receive loop then closes the socket.</summary>
    public void Stop() => SocketClosing.TryShutdown(_socket, SocketShutdown.Both);

    /// <summary>
    /// Begins to receive, until the connection ends, whoever ends it, and then closes the socket. Called once, and then by itself. It does
    /// not block, unless observers do.
    /// </summary>
    public void Execute() => Run(hasReceived: false);

    /// <summary>The wait is over: the socket engine calls this, on its own thread where completions are inline.</summary>
    protected override void OnCompleted(SocketAsyncEventArgs e) => Run(hasReceived: true);

    /// <summary>Takes what is received until the peer must be waited for, the turn is over, or the connection. Never throws.</summary>
    /// <param name="hasReceived">Whether a receive has completed just now.</param>
    private void Run(bool hasReceived)
    {
        DisconnectReason? end = null;
        try
        {
            for (int handled = 0; end is null && handled < TurnBytes; handled += BytesTransferred)
            {
                if (!hasReceived && _socket.ReceiveAsync(this))
                    return; // it goes on in OnCompleted, perhaps before this line
                hasReceived = false;
                end = SocketError != SocketError.Success ? DisconnectReason.Failed(SocketError)
                    : BytesTransferred == 0 ? EndOfStream()
                    : Take(_buffer.AsSpan(0, BytesTransferred), _owner.Timestamp);
            }
        }
        catch (Exception fault)
        {
            end = DisconnectReason.Fault(fault); // whatever it is, those who wait must hear of it
        }

        if (end is null)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else
            _ = EndAsync(end);
    }

    private async Task EndAsync(DisconnectReason end)
    {
        try
        {
            _owner.End(this, end);
        }
        finally
        {
            _socket.Dispose();
            Dispose();
            await Pipeline.Sender.Rest.ConfigureAwait(false);
            _completion.SetResult();
        }
    }

    private DisconnectReason EndOfStream()
    {
        if (Pipeline.Sender.Error != SocketError.Success)
            return DisconnectReason.Failed(Pipeline.Sender.Error);
        return _decoder.IsInsideMessage ? DisconnectReason.InsideAnswer : DisconnectReason.ByPeer;
    }

    /// <returns>Why the connection must end, or null.</returns>
    private DisconnectReason? Take(ReadOnlySpan<byte> bytes, long timestamp)
    {
        Response[] batch = _threadsBatch ??= new Response[BatchSize];
        DisconnectReason? end = null;
        while (end is null && !bytes.IsEmpty)
        {
            DecodeStatus status = _decoder.Decode(bytes, batch, out int consumed, out int count);
            bytes = bytes[consumed..];
            if (count > 0)
                end = _owner.Answer(this, batch.AsSpan(0, count), _decoder.HasSeparators, timestamp);
            if (status is DecodeStatus.Rejected or DecodeStatus.Broken)
                end ??= DisconnectReason.NotAnAnswer;
        }

        return end;
    }
}
