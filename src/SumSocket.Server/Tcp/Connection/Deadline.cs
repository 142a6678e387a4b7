namespace SumSocket.Server.Tcp.Connection;

/// <summary>The time limits of a connection. Of <see cref="Read"/>, <see cref="Write"/> and <see cref="Linger"/> one runs at a time;
/// <see cref="Lifetime"/> always runs.</summary>
internal enum Deadline
{
    None,
    Read,     // for the next request to be complete, from the accept or from the last complete request: rule T7, rule T8
    Write,    // for the peer to take its answers, from the first send that the kernel did not take whole
    Lifetime, // the greatest age, from the accept: rule T9
    Drain,    // the server stops: passed for every connection from then on
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
