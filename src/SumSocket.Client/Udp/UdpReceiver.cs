namespace SumSocket.Client.Udp;

/// <summary>The receive loop of one UDP socket. Only closing the socket ends it.</summary>
internal sealed class UdpReceiver(UdpChannel channel, SumUdpCounts counts, RequestCore core)
{
    /// <summary>Longer than a datagram may be, so that one that is cut off to fit is seen to be too long.</summary>
    private const int ReceiveSize = 2048;

    /// <summary>A receive that fails this often in a row fails for a reason that lasts: each further failure costs a pause.</summary>
    private const int FailuresBeforePause = 100;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    public async Task RunAsync()
    {
        var peer = (UdpPeer)channel.Transport;
        byte[] buffer = new byte[ReceiveSize];
        int failures = 0; // in a row
        while (!peer.IsClosed)
        {
            SocketError error = SocketError.Success;
            try
            {
                int received = await peer.ReceiveAsync(buffer.AsMemory()).ConfigureAwait(false);
                failures = 0;
                Take(buffer.AsSpan(0, received));
            }
            catch (SocketException failure)
            {
                error = failure.SocketErrorCode;
            }
            catch (ObjectDisposedException)
            {
                break;
            }

            if (error == SocketError.Success || peer.IsClosed)
                continue;
            if (SocketErrors.IsPortUnreachable(error))
                core.Refuse(channel);
            else if (error == SocketError.MessageSize)
                counts.Add(DatagramCounter.Malformed); // how Windows reports one that was cut off
            else if (++failures > FailuresBeforePause)
                await Task.Delay(_pause).ConfigureAwait(false);
        }

        channel.Complete();
    }

    private void Take(ReadOnlySpan<byte> datagram)
    {
        if (Datagram.TryRead(datagram, out Response response))
            core.Answer(channel, new ReadOnlySpan<Response>(in response), separated: false, core.Timestamp);
        else
            counts.Add(DatagramCounter.Malformed);
    }
}
