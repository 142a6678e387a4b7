namespace SumSocket.Server.Tcp.Connection;

/// <summary>The instants by which a connection is judged. Set by its loop, read by the sweep too. A mutable struct: must not be readonly,
/// never copied.</summary>
/// <param name="context">What all connections of the server share.</param>
internal struct ConnectionDeadlines(TcpServerContext context)
{
    private readonly long _opened = context.Clock.Now;
    private long _due = context.Clock.After(context.Options.ReadTimeout); // one is armed at a time: read, or negated, write

    /// <summary>Whether answers wait for the peer to take them.</summary>
    public readonly bool IsSending => Volatile.Read(in _due) < 0;

    /// <summary>How long the connection has been open.</summary>
    public readonly TimeSpan Age(SuspendAwareClock clock) => clock.Since(_opened);

    /// <summary>A request was complete: the next one has its time anew.</summary>
    // rule T7
    public void RequestComplete(TcpServerContext context) => Volatile.Write(ref _due, context.Clock.After(context.Options.ReadTimeout));

    /// <summary>From now on the peer has its time to take what it is sent.</summary>
    /// <returns>The read deadline, for <see cref="EndSending"/>.</returns>
    public long BeginSending(TcpServerContext context)
    {
        long read = _due;
        Volatile.Write(ref _due, -context.Clock.After(context.Options.WriteTimeout));
        return read;
    }

    /// <summary>It has taken it all.</summary>
    public void EndSending(long read) => Volatile.Write(ref _due, read);

    /// <summary>Whether the peer has not taken its answers in time.</summary>
    public readonly bool IsWriteOver(long now) => Volatile.Read(in _due) is < 0 and var due && now >= -due;

    /// <summary>Why the connection has to end once what it has sent is answered; <see cref="CloseReason.None"/> when it does not.</summary>
    public readonly CloseReason DueReason(TcpServerContext context, long now, bool isInsideMessage)
    {
        if (context.IsDraining)
            return CloseReason.ServerStopping;
        // rule T9
        if (now - _opened >= context.Lifetime)
            return CloseReason.MaxLifetime;
        if (Volatile.Read(in _due) is var due && (due < 0 || now < due))
            return CloseReason.None;
        // rule T8
        return isInsideMessage ? CloseReason.ReadTimeout : CloseReason.IdleTimeout;
    }
}
