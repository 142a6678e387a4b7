using System.Buffers;

namespace SumSocket.Server.Tcp;

/// <summary>
/// The end of a connection whose sending side is shut down: what the peer still sends is read and thrown away until it closes too. Closing
/// with unread input would make the kernel send a reset (RFC 1122, section 4.2.2.13), and a reset destroys answers on their way.
/// It is bounded: one second of silence, two seconds in all, 1 MiB.
/// </summary>
/// <param name="peer">The connection, its sending side shut down.</param>
/// <param name="clock">The time by which the bounds are judged.</param>
internal sealed class Farewell(PeerSocket peer, ServiceClock clock)
{
    private const int MaxDiscarded = 1024 * 1024;
    private static readonly TimeSpan _maxSilence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _maxLength = TimeSpan.FromSeconds(2);

    private readonly long _end = clock.After(_maxLength);
    private long _silenceEnd = clock.After(_maxSilence);

    /// <summary>Whether the peer has had its time: then the socket is to be closed under the loop.</summary>
    public bool IsOver(long now) => now >= Math.Min(_end, Volatile.Read(ref _silenceEnd));

    /// <summary>Reads until the peer has closed, or has sent too much. Fails when the socket is closed under it.</summary>
    public async Task FinishAsync()
    {
        byte[] sink = ArrayPool<byte>.Shared.Rent(SumTcpConnection.BufferSize);
        try
        {
            for (int discarded = 0; discarded < MaxDiscarded;)
            {
                await peer.WaitForDataAsync().ConfigureAwait(false);
                int received = peer.Receive(sink);
                if (received == 0)
                    return;
                discarded += Math.Max(0, received);
                Volatile.Write(ref _silenceEnd, clock.After(_maxSilence));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(sink);
        }
    }
}
