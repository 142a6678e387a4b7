namespace SumSocket.Client;

/// <summary>Why a connection was lost, or not to be had, for programs; <see cref="ConnectionEvent.Reason"/> says it to people, and says
/// more.</summary>
public enum ConnectionCause
{
    /// <summary>Nothing is wrong: a connection was made.</summary>
    None,

    /// <summary>The peer's machine says that no process listens there.</summary>
    Refused,

    /// <summary>The peer, or a box on the way, reset the connection.</summary>
    Reset,

    /// <summary>The peer closed the connection.</summary>
    EndOfStream,

    /// <summary>No connection or no answer came in time, or the kernel gave the peer up.</summary>
    TimedOut,

    /// <summary>The server said why it ends the connection, such as <c>busy</c>.</summary>
    ServerError,

    /// <summary>The peer does not speak the protocol.</summary>
    ProtocolViolation,

    /// <summary>The name has no address.</summary>
    NameNotFound,

    /// <summary>There is no way to the address.</summary>
    Unreachable,

    /// <summary>Something else.</summary>
    Other,
}
