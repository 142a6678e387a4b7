namespace SumSocket.Server.Tcp.Connection;

/// <summary>When one connection's deadlines pass. Set by its loop, read by the sweep too. A mutable struct: never copied.</summary>
/// <param name="context">What all connections of the server share.</param>
internal struct ConnectionDeadlines(TcpServerContext context)
{
    private readonly long _opened = context.Clock.Now;
    private long _due = context.Clock.After(context.Options.ReadTimeout); // read, or negated, write

    /// <summary>Whether answers wait for the peer to take them.</summary>
    public readonly bool IsSending => Volatile.Read(in _due) < 0;

    /// <summary>How long the connection has been open.</summary>
    public readonly TimeSpan Age(SuspendAwareClock clock) => clock.Since(_opened);

    /// <summary>A request was complete: the read deadline starts anew.</summary>
    public void RequestComplete(TcpServerContext context) => Volatile.Write(ref _due, context.Clock.After(context.Options.ReadTimeout));

    /// <summary>The write deadline starts, and the read deadline pauses.</summary>
    /// <returns>The read deadline, for <see cref="EndSending"/>.</returns>
    public long BeginSending(TcpServerContext context)
    {
        long read = _due;
        Volatile.Write(ref _due, -context.Clock.After(context.Options.WriteTimeout));
        return read;
    }

    /// <summary>The peer has taken everything.</summary>
    public void EndSending(long read) => Volatile.Write(ref _due, read);

    /// <summary>The deadline that has passed; of several the one that decides.</summary>
    public readonly Deadline Passed(TcpServerContext context, long now)
    {
        long due = Volatile.Read(in _due);
        if (due < 0)
            return now >= -due ? Deadline.Write : Deadline.None;
        if (context.IsDraining)
            return Deadline.Drain;
        if (now - _opened >= context.Lifetime)
            return Deadline.Lifetime;
        return now >= due ? Deadline.Read : Deadline.None;
    }
}
