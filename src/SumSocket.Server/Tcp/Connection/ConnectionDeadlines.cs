namespace SumSocket.Server.Tcp.Connection;

/// <summary>When one connection's deadlines pass. Set by its loop, read by the sweep too. A mutable struct: never copied.</summary>
/// <param name="context">What all connections of the server share.</param>
internal struct ConnectionDeadlines(TcpServerContext context)
{
    private readonly long _opened = context.Clock.Now;
    private long _since = context.Clock.Now; // from when the read deadline runs, or negated, the write deadline itself

    /// <summary>Whether answers wait for the peer to take them.</summary>
    public readonly bool IsSending => Volatile.Read(in _since) < 0;

    /// <summary>When the last complete request came, or else the connection; after now when the server is not waiting for one.</summary>
    public readonly long Waiting => Volatile.Read(in _since) is var since and >= 0 ? since : SuspendAwareClock.Never;

    public readonly TimeSpan Age(SuspendAwareClock clock) => clock.Since(_opened);

    public readonly bool IsOlderThan(long span, long now) => now - _opened >= span;

    /// <summary>A request was complete, or the handshake before them: the read deadline starts anew.</summary>
    public void RequestComplete(TcpServerContext context) => Volatile.Write(ref _since, context.Clock.Now);

    /// <summary>The read deadline stands still until a request is complete again.</summary>
    public void Pause() => Volatile.Write(ref _since, SuspendAwareClock.Never);

    /// <summary>The write deadline starts, and the read deadline pauses.</summary>
    /// <returns>Where the read deadline runs from, for <see cref="EndSending"/>.</returns>
    public long BeginSending(TcpServerContext context)
    {
        long since = _since;
        Volatile.Write(ref _since, -context.Clock.After(context.WriteTimeout));
        return since;
    }

    public void EndSending(long since) => Volatile.Write(ref _since, since);

    /// <summary>The deadline of the connection with this number that has passed; of several the one that decides.</summary>
    public readonly Deadline Passed(TcpServerContext context, long id, long now)
    {
        long since = Volatile.Read(in _since);
        if (since < 0)
            return now >= -since ? Deadline.Write : Deadline.None;
        if (context.IsDraining && now - context.DrainFrom >= context.DrainTurn.Of(id))
            return Deadline.Drain;
        if (now - _opened >= context.Lifetime.Of(id))
            return Deadline.Lifetime;
        return now - since >= context.ReadTimeout ? Deadline.Read : Deadline.None;
    }
}

/// <summary>The time limits of a connection. Of <see cref="Read"/>, <see cref="Write"/> and <see cref="Linger"/> one runs at a time;
/// <see cref="Lifetime"/> always runs.</summary>
internal enum Deadline
{
    None,
    Read,     // for the next request to be complete, from the accept or from the last complete request: rule T7, rule T8
    Write,    // for the peer to take its answers, from the first send that the kernel did not take whole
    Lifetime, // the greatest age, from the accept: rule T9
    Drain,    // the server stops: passed for each connection from its turn on
    Linger,   // for the peer to close too, from the end of the sending side; LingeringClose has the bounds: rule T6
}

/// <summary>How a deadline ends a connection.</summary>
internal enum DeadlineAction
{
    None,
    Finish, // what was received is answered, then the sending side ends and the lingering close begins
    Cut,    // it is reset: what is unsent is lost
    Close,
}

/// <summary>What each deadline does.</summary>
internal static class Deadlines
{
    public static DeadlineAction Action(this Deadline passed) => Rule(passed).Action;

    public static CloseReason Reason(this Deadline passed, bool insideMessage) =>
        insideMessage ? Rule(passed).InsideMessage : Rule(passed).Reason;

    private static (DeadlineAction Action, CloseReason Reason, CloseReason InsideMessage) Rule(Deadline passed) => passed switch
    {
        Deadline.Read => (DeadlineAction.Finish, CloseReason.IdleTimeout, CloseReason.ReadTimeout),
        Deadline.Write => (DeadlineAction.Cut, CloseReason.WriteTimeout, CloseReason.WriteTimeout),
        Deadline.Lifetime => (DeadlineAction.Finish, CloseReason.MaxLifetime, CloseReason.MaxLifetime),
        Deadline.Drain => (DeadlineAction.Finish, CloseReason.ServerStopping, CloseReason.ServerStopping),
        Deadline.Linger => (DeadlineAction.Close, CloseReason.None, CloseReason.None), // it has its reason already
        _ => (DeadlineAction.None, CloseReason.None, CloseReason.None),
    };
}
