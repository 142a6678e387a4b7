namespace SumSocket.Server.Tcp.Connection;

/// <summary>Whose turn it is on a connection. While its loop is parked, waiting for the peer, everything received is answered and sent, so
/// another thread may end the connection for it: no wake-up, no cancellation token and no lock is needed for that, and a busy connection
/// pays one interlocked operation and a volatile write a turn.</summary>
/// <remarks>The number counts turns: even while the loop works, odd while it is parked, negative once another thread has taken over. As it
/// never repeats within two thousand million turns, no thread can take over a parking that has ended and begun again meanwhile.</remarks>
internal struct LoopOwnership
{
    private const int TakenOver = -1;

    private int _turn;

    /// <summary>Whether another thread has ended the connection: the loop must not send any more.</summary>
    public readonly bool IsTakenOver => _turn == TakenOver;

    /// <summary>The loop waits from now on.</summary>
    public void Park() => Volatile.Write(ref _turn, (_turn + 1) & int.MaxValue);

    /// <summary>The loop goes on; false when the connection was taken over meanwhile.</summary>
    public bool TryUnpark()
    {
        int parked = _turn;
        return parked != TakenOver && Interlocked.CompareExchange(ref _turn, (parked + 1) & int.MaxValue, parked) == parked;
    }

    /// <summary>The number of the present parking, to hand to <see cref="TryTakeOver"/>; false while the loop works.</summary>
    public readonly bool IsParked(out int parking)
    {
        parking = Volatile.Read(in _turn);
        return parking > 0 && (parking & 1) == 1;
    }

    /// <summary>Ends the loop's part; false when the parking is over.</summary>
    public bool TryTakeOver(int parking) => Interlocked.CompareExchange(ref _turn, TakenOver, parking) == parking;
}
