using SumSocket.Sockets;

namespace SumSocket.Server.Tcp.Connection;

/// <summary>The instants by which a connection is judged. Set by its loop, read by the sweep too. A mutable struct: must not be readonly, never copied.</summary>
/// <param name="context">What all connections of the server share.</param>
internal struct ConnectionDeadlines(TcpServerContext context)
{
    private readonly long _opened = context.Clock.Now;
    private long _read = context.Clock.After(context.Options.ReadTimeout);
    private long _write = SuspendAwareClock.Never;

    /// <summary>Whether answers wait for the peer to take them.</summary>
    public readonly bool IsSending => Volatile.Read(in _write) != SuspendAwareClock.Never;

    /// <summary>How long the connection has been open.</summary>
    public readonly TimeSpan Age(SuspendAwareClock clock) => clock.Since(_opened);

    /// <summary>A request was complete: the next one has its time anew.</summary>
    public void RequestComplete(TcpServerContext context) => Volatile.Write(ref _read, context.Clock.After(context.Options.ReadTimeout));

    /// <summary>From now on the peer has its time to take what it is sent.</summary>
    public void BeginSending(TcpServerContext context) => Volatile.Write(ref _write, context.Clock.After(context.Options.WriteTimeout));

    /// <summary>It has taken it all.</summary>
    public void EndSending() => Volatile.Write(ref _write, SuspendAwareClock.Never);

    /// <summary>Whether the peer has not taken its answers in time.</summary>
    public readonly bool IsWriteOver(long now) => now >= Volatile.Read(in _write);

    /// <summary>Why the connection has to end once what it has sent is answered; <see cref="CloseReason.None"/> when it does not.</summary>
    public readonly CloseReason DueReason(TcpServerContext context, long now, bool isInsideMessage)
    {
        if (context.IsDraining)
            return CloseReason.ServerStopping;
        if (now - _opened >= context.Lifetime)
            return CloseReason.MaxLifetime;
        if (now < Volatile.Read(in _read))
            return CloseReason.None;
        return isInsideMessage ? CloseReason.ReadTimeout : CloseReason.IdleTimeout;
    }
}
