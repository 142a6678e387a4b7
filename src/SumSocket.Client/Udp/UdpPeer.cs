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
internal sealed class UdpPeer(Socket socket, IPEndPoint remoteEndPoint) : IDatagramTransport
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

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public void Dispose()
    {
        _isClosed = true;
        socket.Dispose();
    }

    private SocketError Send(ReadOnlySpan<byte> datagram)
    {
        try
        {
            socket.Send(datagram, SocketFlags.None, out SocketError error);
            return error;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }
}
