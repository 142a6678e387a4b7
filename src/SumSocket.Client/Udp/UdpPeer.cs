namespace SumSocket.Client.Udp;

/// <summary>What datagrams leave by.</summary>
internal interface IDatagramTransport : IDisposable
{
    IPEndPoint RemoteEndPoint { get; }

    /// <summary>Sends one datagram; never blocks and never throws.</summary>
    /// <param name="request">What it holds.</param>
    /// <param name="isRefused">Whether the kernel reported on this occasion that no process listens there.</param>
    /// <returns>False when the kernel did not take it.</returns>
    bool TrySend(in Request request, out bool isRefused);
}

/// <summary>A connected UDP socket.</summary>
/// <param name="socket">The socket, which this closes.</param>
/// <param name="remoteEndPoint">Where it is connected to.</param>
/// <param name="observed">Sees what is done with it; null for nothing.</param>
internal sealed class UdpPeer(Socket socket, IPEndPoint remoteEndPoint, ObservedSocket? observed = null) : IDatagramTransport
{
    private volatile bool _isClosed;

    public IPEndPoint RemoteEndPoint => remoteEndPoint;

    public bool IsClosed => _isClosed;

    public bool TrySend(in Request request, out bool isRefused)
    {
        Span<byte> datagram = stackalloc byte[MessageWriter.MaxRequestLength];
        datagram = datagram[..MessageWriter.WriteRequest(datagram, request)];
        SocketError error = Send(datagram);
        isRefused = SocketErrors.IsPortUnreachable(error);
        if (isRefused)
            error = Send(datagram); // the report is about an earlier datagram; this one has not been tried
        return error == SocketError.Success;
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        observed is null ? socket.ReceiveAsync(buffer, SocketFlags.None) : ReceiveObservedAsync(observed, buffer);

    public void Dispose()
    {
        if (!_isClosed)
            observed?.Add(SocketAction.Closes);
        _isClosed = true;
        socket.Dispose();
    }

    private async ValueTask<int> ReceiveObservedAsync(ObservedSocket observed, Memory<byte> buffer)
    {
        try
        {
            int received = await socket.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
            observed.Add(SocketAction.Received, bytes: received, messages: 1);
            return received;
        }
        catch (SocketException failure) when (!_isClosed)
        {
            observed.Add(SocketAction.Failed, text: SocketErrors.Describe(failure.SocketErrorCode));
            throw;
        }
    }

    private SocketError Send(ReadOnlySpan<byte> datagram)
    {
        try
        {
            long time = observed is null ? 0 : ObservedSocket.Now;
            socket.Send(datagram, SocketFlags.None, out SocketError error);
            if (error == SocketError.Success)
                observed?.Add(SocketAction.Wrote, bytes: datagram.Length, messages: 1, time: time);
            else
                observed?.Add(SocketAction.Failed, text: SocketErrors.Describe(error));
            return error;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }
}
