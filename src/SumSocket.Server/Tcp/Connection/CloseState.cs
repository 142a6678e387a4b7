namespace SumSocket.Server.Tcp.Connection;

/// <summary>How a connection ends: the one reason, and the lingering close. Written by its loop, or by the sweep for it. A mutable struct:
/// never copied.</summary>
internal struct CloseState
{
    private LingeringClose? _lingeringClose;
    private int _reason;

    /// <summary>Why it ended; <see cref="CloseReason.None"/> while it has not.</summary>
    public readonly CloseReason Reason => (CloseReason)Volatile.Read(in _reason);

    /// <summary>The lingering close, once it has begun.</summary>
    public readonly LingeringClose? LingeringClose => Volatile.Read(in _lingeringClose);

    /// <summary>Gives the reason; false when there is one already, which stands.</summary>
    public bool TryName(CloseReason reason) =>
        Interlocked.CompareExchange(ref _reason, (int)reason, (int)CloseReason.None) == (int)CloseReason.None;

    /// <summary>Gives the reason after a failure, and tells whether it belongs in the log: a bug does. Once the end has a reason, the
    /// socket may have been closed under a pending call, and that failure is no news.</summary>
    public bool IsNews(Exception e) =>
        TryName(CloseReasons.For(e)) ? Reason == CloseReason.InternalError : e is not (SocketException or ObjectDisposedException);

    /// <summary>Begins the lingering close and ends the sending side.</summary>
    public void EndSending(ITransport transport, SuspendAwareClock clock)
    {
        Volatile.Write(ref _lingeringClose, new LingeringClose(transport, Reason.IsPeersFault(), clock));
        transport.EndSending();
    }

    /// <summary>The lingering close that the loop has begun itself or that the sweep, having taken over, is just about to; null when the
    /// connection was cut.</summary>
    public readonly LingeringClose? WaitForLingeringClose(in LoopOwnership turn)
    {
        var spin = default(SpinWait);
        while (turn.IsTakenOver && LingeringClose is null)
            spin.SpinOnce();
        return LingeringClose;
    }
}
