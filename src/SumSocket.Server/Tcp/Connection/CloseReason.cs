namespace SumSocket.Server.Tcp.Connection;

/// <summary>Why a connection ended. Each connection ends with exactly one: the first to be named stands.</summary>
public enum CloseReason
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>The peer ended its sending side between messages; everything it sent was answered.</summary>
    PeerClosed,

    /// <summary>The peer reset the connection, or closed it under an answer.</summary>
    PeerReset,

    /// <summary>The kernel gave up a silent peer: keep-alive or TCP_USER_TIMEOUT.</summary>
    PeerDead,

    /// <summary>The peer ended its sending side inside a message; answered <c>truncated</c>.</summary>
    Truncated,

    /// <summary>The bytes were no JSON object in UTF-8; answered <c>invalid_json</c>.</summary>
    InvalidJson,

    /// <summary>A message was nested too deep; answered <c>too_deep</c>.</summary>
    TooDeep,

    /// <summary>A message was too long; answered <c>message_too_long</c>.</summary>
    MessageTooLong,

    /// <summary>The read deadline passed with no byte of a message received; closed without a word.</summary>
    IdleTimeout,

    /// <summary>The read deadline passed inside a message; answered <c>timeout</c>.</summary>
    ReadTimeout,

    /// <summary>The peer did not take its answers before the write deadline; cut off.</summary>
    WriteTimeout,

    /// <summary>The connection reached its greatest age; what was received was answered.</summary>
    MaxLifetime,

    /// <summary>The server was at its connection limit; answered <c>busy</c>.</summary>
    Busy,

    /// <summary>The server stops; what was received was answered.</summary>
    ServerStopping,

    /// <summary>The server stopped and the connection had not ended by the drain time-out; cut off.</summary>
    DrainTimeout,

    /// <summary>A bug: the exception is in the log.</summary>
    InternalError,
}
