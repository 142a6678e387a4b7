using System.Buffers;

namespace SumSocket.Server.Tcp.Connection;

/// <summary>The end of a connection whose sending side is shut down: what the peer still sends is read and thrown away until it closes too.
/// Closing with unread input would make the kernel send a reset (RFC 1122, section 4.2.2.13), and a reset destroys answers on their way.
/// Bounds: one second of silence, and for a peer at fault two seconds and 1 MiB, else ten seconds.</summary>
/// <param name="transport">The connection, its sending side shut down.</param>
/// <param name="peerAtFault">Whether the peer has broken the protocol or a limit; otherwise it may still have much under way.</param>
/// <param name="clock">The clock of the bounds.</param>
// rule T6
internal sealed class LingeringClose(ITransport transport, bool peerAtFault, SuspendAwareClock clock)
{
    private static readonly TimeSpan _maxSilence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longForFault = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(10);

    private readonly long _maxDiscarded = peerAtFault ? 1024 * 1024 : long.MaxValue;
    private readonly long _end = clock.After(peerAtFault ? _longForFault : _long);
    private long _silenceEnd = clock.After(_maxSilence);

    /// <summary>Whether the peer has had its time: then the socket must be closed under the loop.</summary>
    public bool IsOver(long now) => now >= Math.Min(_end, Volatile.Read(ref _silenceEnd));

    /// <summary>Reads until the peer has closed, or has sent too much. Fails when the socket is closed under it.</summary>
    public async Task FinishAsync()
    {
        byte[] sink = ArrayPool<byte>.Shared.Rent(SumTcpConnection.BufferSize);
        try
        {
            int handled = 0; // since the last time the thread was free
            for (long discarded = 0; discarded < _maxDiscarded;)
            {
                int received = await transport.ReceiveAsync(sink).ConfigureAwait(false);
                if (received == 0)
                    return;
                discarded += received;
                Volatile.Write(ref _silenceEnd, clock.After(_maxSilence));
                handled += received;
                if (handled < SumTcpConnection.TurnBytes)
                    continue;
                handled = 0;
                await Task.Yield(); // a peer that never stops has as little right to the thread as one that is served
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(sink);
        }
    }
}
