namespace SumSocket.Client.Tcp;

/// <summary>The receive loop of one TCP connection, from its first byte to its end. What follows a receive is an ordinary call.</summary>
internal sealed class TcpReceiver(TcpChannel channel, RequestCore core) : ITransportHandler, IThreadPoolWorkItem
{
    private const int BatchSize = 256; // responses passed to the core at a time, so that its lock is taken once for all of them

    /// <summary>The bytes handled without waiting for the peer; then the loop yields its thread to others. A quarter of it makes turns more
    /// even, but costs throughput with 64 requests in flight.</summary>
    internal const int TurnBytes = 256 * 1024;

    [ThreadStatic]
    private static Response[]? _threadsBatch; // one for all connections of a thread stays in its processor's cache

    private ResponseDecoder _decoder;

    /// <summary>Receives until the connection ends, and then closes it; here first, and then where the receives complete. Not from a
    /// caller's own call.</summary>
    public void Start()
    {
        channel.Transport.Attach(this);
        Execute();
    }

    /// <summary>Receives here. It does not block, unless observers do.</summary>
    public void Execute() => Run(hasReceived: false, 0, SocketError.Success);

    /// <inheritdoc/>
    public void OnReceived(int received, SocketError error) => Run(hasReceived: true, received, error);

    /// <summary>Takes what is received until the peer must be waited for, the turn is over, or the connection. Never throws.</summary>
    private void Run(bool hasReceived, int received, SocketError error)
    {
        DisconnectReason? end = null;
        try
        {
            for (int handled = 0; end is null && handled < TurnBytes; handled += received)
            {
                if (!hasReceived && channel.Transport.BeginReceive(out received, out error))
                    return; // it goes on in OnReceived, perhaps before this line
                hasReceived = false;
                if (received == 0 && error == SocketError.Success)
                {
                    _ = EndOfStreamAsync();
                    return;
                }

                end = error != SocketError.Success ? DisconnectReason.Failed(error, channel.Transport)
                    : Take(channel.ReceiveBuffer.AsSpan(0, received), channel.LastHeard = core.Timestamp);
            }
        }
        catch (Exception fault)
        {
            end = DisconnectReason.Fault(fault); // whatever it is, waiting requests must end
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
            core.End(channel, end);
            // The runtime resets a socket that is closed while another thread is in a call of it, even one that only has to return from
            // its send, unless its sending side has been ended.
            if (end.IsInOrder)
                channel.Transport.EndSending();
        }
        finally
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>0 bytes came: the peer's end, or nothing more of a connection that has failed. The kernel tells a failure once, to the call
    /// that asks first, and that may be the send under way. Then the receive has no error (Linux).</summary>
    private async Task EndOfStreamAsync()
    {
        DisconnectReason end;
        try
        {
            TcpDetails? tcp = channel.Transport.Bare.ReadTcpDetails();
            if (tcp?.State == TcpState.Closed)
                await channel.Sender.WhenSettledAsync().ConfigureAwait(false);
            end = EndOfStream(channel.Sender.Error, tcp);
        }
        catch (Exception fault)
        {
            end = DisconnectReason.Fault(fault);
        }

        await EndAsync(end).ConfigureAwait(false);
    }

    private DisconnectReason EndOfStream(SocketError failure, TcpDetails? tcp)
    {
        if (tcp?.State == TcpState.Closed)
        {
            // Behind the peer's end a reset for what was sent after it waits on the socket as EPIPE: the end came first. From a send EPIPE
            // means that a call before it had the failure, which the runtime drops when that call had sent a part.
            failure = failure switch
            {
                SocketError.Success when channel.Transport.Bare.TakeError() is var waiting and not SocketError.Shutdown => waiting,
                SocketError.Shutdown => tcp.Retransmits > 0 || tcp.Probes > 0 ? SocketError.TimedOut : SocketError.ConnectionReset,
                _ => failure,
            };
        }

        if (failure != SocketError.Success)
            return DisconnectReason.Failed(failure, channel.Transport);
        if (channel.Transport.IsCut) // rule S6, rule S7
            return channel.HasAnswered ? DisconnectReason.NoCloseNotify : DisconnectReason.AfterHandshake;
        return _decoder.IsInsideMessage ? DisconnectReason.InsideAnswer : DisconnectReason.ByPeer;
    }

    /// <returns>Why the connection must end, or null.</returns>
    private DisconnectReason? Take(ReadOnlySpan<byte> bytes, long timestamp)
    {
        ReadOnlySpan<byte> all = bytes;
        bool isStart = !channel.HasAnswered && !_decoder.IsInsideMessage;
        Response[] batch = _threadsBatch ??= new Response[BatchSize];
        DisconnectReason? end = null;
        while (end is null && !bytes.IsEmpty)
        {
            DecodeStatus status = _decoder.Decode(bytes, batch, out int consumed, out int count);
            bytes = bytes[consumed..];
            if (count > 0)
                end = core.Answer(channel, batch.AsSpan(0, count), _decoder.HasSeparators, timestamp);
            if (status is DecodeStatus.Rejected or DecodeStatus.Broken)
                end ??= !isStart || channel.HasAnswered ? DisconnectReason.NotAnAnswer
                    : new FirstBytes(all).IsTlsAlert ? DisconnectReason.SpeaksTls // rule S4
                    : DisconnectReason.NoSumServer(all);
        }

        return end;
    }
}
