using System.Net;
using System.Net.Sockets;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Client.Udp;

/// <summary>
/// The connected socket: what it sends, what it receives, and what the kernel tells about either. Only closing it ends it.
/// </summary>
internal sealed class UdpPeer(Socket socket, IPEndPoint remoteEndPoint, UdpDispatcher owner, SumUdpCounts counts) : IDisposable
{
    /// <summary>More than a datagram may have, so that one that is cut off to fit is seen to be too long.</summary>
    private const int ReceiveSize = 2048;

    /// <summary>
    /// A receive that fails this often in a row fails for a reason that lasts: then each further one is paid for with a pause.
    /// </summary>
    private const int FailuresBeforePause = 100;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    private volatile bool _isClosed;

    public IPEndPoint RemoteEndPoint => remoteEndPoint;

    /// <summary>Sends one datagram; never blocks and never throws.</summary>
    /// <param name="request">What it holds.</param>
    /// <param name="isRefused">Whether the kernel told on this occasion that nobody listens there.</param>
    /// <returns>False when the kernel did not take it.</returns>
    public bool TrySend(in Request request, out bool isRefused)
    {
        Span<byte> datagram = stackalloc byte[MessageWriter.MaxRequestLength];
        datagram = datagram[..MessageWriter.WriteRequest(datagram, request)];
        SocketError error = Send(datagram);
        isRefused = SocketErrors.IsPortUnreachable(error);
        if (isRefused)
            error = Send(datagram); // the report is about an earlier datagram and was only waiting to be told; this one has not been tried

        return error == SocketError.Success;
    }

    /// <summary>Receives until the socket is closed; never throws.</summary>
    public async Task ReceiveAsync()
    {
        byte[] buffer = new byte[ReceiveSize];
        int failures = 0; // in a row
        while (!_isClosed)
        {
            SocketError error = SocketError.Success;
            try
            {
                int received = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).ConfigureAwait(false);
                failures = 0;
                Take(buffer.AsSpan(0, received));
            }
            catch (SocketException failure)
            {
                error = failure.SocketErrorCode;
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            if (error == SocketError.Success || _isClosed)
                continue;
            if (SocketErrors.IsPortUnreachable(error))
            {
                if (owner.TakeRefusal(this))
                    owner.SendWaiting();
            }
            else if (error == SocketError.MessageSize)
            {
                counts.Add(DatagramCounter.Malformed); // how Windows tells of one that was cut off
            }
            else if (++failures > FailuresBeforePause)
            {
                await Task.Delay(_pause).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Closes the socket; the receive loop ends.</summary>
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

    private void Take(ReadOnlySpan<byte> datagram)
    {
        if (DatagramResponse.TryRead(datagram, out Response answer))
            owner.Answer(this, answer);
        else
            counts.Add(DatagramCounter.Malformed);
    }
}
