namespace SumSocket.Server.Tcp.Connection;

/// <summary>How a connection ends. Written by its loop, or by the sweep for it. A mutable struct: never copied.</summary>
internal struct CloseState
{
    private LingeringClose? _lingeringClose;
    private int _end; // the reason, and above its low eight bits the phase: one word, so that the first writer sets both

    /// <summary>Why it ended; <see cref="CloseReason.None"/> while it has not.</summary>
    public readonly CloseReason Reason => (CloseReason)(Volatile.Read(in _end) & 0xFF);

    /// <summary>What it was doing when it ended.</summary>
    public readonly ConnectionPhase Phase => (ConnectionPhase)(Volatile.Read(in _end) >> 8);

    /// <summary>The lingering close, once it has begun.</summary>
    public readonly LingeringClose? LingeringClose => Volatile.Read(in _lingeringClose);

    /// <summary>Gives the reason; false when there is one already, which stands.</summary>
    /// <param name="reason">Why it ends.</param>
    /// <param name="phase">What it is doing; a reason that implies a phase goes before.</param>
    public bool TryName(CloseReason reason, ConnectionPhase phase) =>
        Interlocked.CompareExchange(ref _end, (int)reason | (int)(reason.Phase() ?? phase) << 8, 0) == 0;

    /// <summary>Gives the reason after a failure. True when the failure belongs in the log, as a bug or a fault of the system does. Once
    /// the end has a reason, the socket may have been closed under a pending call, and that failure is no news.</summary>
    public bool IsNews(Exception e, ConnectionPhase phase) => TryName(CloseReasons.For(e), phase)
        ? Reason is CloseReason.InternalError or CloseReason.SystemError
        : e is not (SocketException or ObjectDisposedException);

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
