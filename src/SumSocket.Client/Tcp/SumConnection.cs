using System.Net;
using System.Net.Sockets;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Client.Tcp;

/// <summary>One TCP connection, from its first request to its end; never revived. Here is its receive loop.</summary>
internal sealed class SumConnection(Socket socket, IPEndPoint remoteEndPoint, RequestDispatcher owner, Pipeline pipeline)
{
    private const int ReceiveBufferSize = 16 * 1024;
    private const int BatchSize = 256; // answers told to the owner at a time, so that its gate is taken once for all of them

    /// <summary>
    /// The bytes a peer may have handled without making the loop wait; then it yields, for the sake of the others of its thread. A quarter of it makes
    /// the turns evener, but costs throughput with 64 requests in flight.
    /// </summary>
    internal const int TurnBytes = 256 * 1024;

    [ThreadStatic]
    private static Response[]? _threadsBatch; // one for all connections of a thread stays in its processor's cache

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ResponseDecoder _decoder;
    private bool _sawSpace;

    public IPEndPoint RemoteEndPoint => remoteEndPoint;

    public Pipeline Pipeline => pipeline;

    /// <summary>Ends when the socket is closed and nothing runs any more; never faults.</summary>
    public Task Completion => _completion.Task;

    /// <summary>What the kernel knows of its way; null when it has ended or the kernel does not tell.</summary>
    public TcpPath? ReadPath()
    {
        try
        {
            return LinuxOnly.ReadTcpPath(socket);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Ends both directions; the receive loop then closes the socket.</summary>
    public void Stop() => SocketClosing.TryShutdown(socket, SocketShutdown.Both);

    /// <summary>Receives until the connection ends, whoever ends it, and closes the socket. Called once.</summary>
    public async Task RunAsync()
    {
        try
        {
            owner.End(this, await ReceiveAsync().ConfigureAwait(false));
        }
        catch (SocketException failure)
        {
            owner.End(this, ConnectionEnd.Failed(failure.SocketErrorCode));
        }
        finally
        {
            socket.Dispose();
            await pipeline.Sender.Rest.ConfigureAwait(false);
            _completion.SetResult();
        }
    }

    private async Task<ConnectionEnd> ReceiveAsync()
    {
        byte[] buffer = new byte[ReceiveBufferSize];
        for (int handled = 0; ;)
        {
            ValueTask<int> receiving = socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None);
            if (!receiving.IsCompleted)
                handled = 0;
            int received = await receiving.ConfigureAwait(false);
            if (received == 0)
                return EndOfStream();
            if (Take(buffer.AsSpan(0, received), owner.Timestamp) is { } end)
                return end;
            handled += received;
            if (handled >= TurnBytes)
            {
                handled = 0;
                await Task.Yield();
            }
        }
    }

    private ConnectionEnd EndOfStream()
    {
        if (pipeline.Sender.Error != SocketError.Success)
            return ConnectionEnd.Failed(pipeline.Sender.Error);
        return _decoder.IsInsideMessage ? ConnectionEnd.InsideAnswer : ConnectionEnd.ByPeer;
    }

    /// <returns>Why the connection must end, or null.</returns>
    private ConnectionEnd? Take(ReadOnlySpan<byte> bytes, long timestamp)
    {
        Response[] batch = _threadsBatch ??= new Response[BatchSize];
        ConnectionEnd? end = null;
        int count = 0;
        while (end is null && !bytes.IsEmpty)
        {
            _sawSpace |= !_decoder.IsInsideMessage && bytes[0] is (byte)'\n' or (byte)' ' or (byte)'\r' or (byte)'\t';
            DecodeStatus status = _decoder.Decode(bytes, out int consumed, out Response answer);
            bytes = bytes[consumed..];
            if (status == DecodeStatus.Message)
                batch[count++] = answer;
            if (count == BatchSize || (count > 0 && (bytes.IsEmpty || status != DecodeStatus.Message)))
            {
                end = owner.Answer(this, batch.AsSpan(0, count), _sawSpace, timestamp);
                count = 0;
            }

            if (status is DecodeStatus.Rejected or DecodeStatus.Broken)
                end ??= ConnectionEnd.NotAnAnswer;
        }

        return end;
    }
}
