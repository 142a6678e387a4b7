namespace SumSocket.Server.Tcp.Connection;

/// <summary>What leads to each <see cref="CloseReason"/>, and what the peer is told.</summary>
internal static class CloseReasons
{
    /// <summary>The reason when the stream cannot be followed past an error; <see cref="CloseReason.None"/> when it can.</summary>
    public static CloseReason For(ErrorCode broken) => broken switch
    {
        ErrorCode.InvalidJson => CloseReason.InvalidJson,
        ErrorCode.TooDeep => CloseReason.TooDeep,
        ErrorCode.MessageTooLong => CloseReason.MessageTooLong,
        _ => CloseReason.None,
    };

    /// <summary>The reason when a socket call failed that this server had no hand in.</summary>
    public static CloseReason For(Exception exception) => exception switch
    {
        SocketException e when SocketErrors.IsReset(e.SocketErrorCode) => CloseReason.PeerReset,
        SocketException e when SocketErrors.IsDeadPeer(e.SocketErrorCode) => CloseReason.PeerDead,
        _ => CloseReason.InternalError,
    };

    /// <summary>The error that is the last answer of a connection; <see cref="ErrorCode.None"/> where there is none, or it was given
    /// already.</summary>
    public static ErrorCode LastAnswer(this CloseReason reason) => reason switch
    {
        CloseReason.Truncated => ErrorCode.Truncated,
        CloseReason.ReadTimeout => ErrorCode.Timeout,
        CloseReason.Busy => ErrorCode.Busy,
        _ => ErrorCode.None,
    };

    /// <summary>Whether the peer has ended its side before the server did, so that no lingering close is due.</summary>
    public static bool PeerWentFirst(this CloseReason reason) => reason is CloseReason.PeerClosed or CloseReason.Truncated;

    /// <summary>Whether the server ends the connection because of what the peer did or failed to do.</summary>
    public static bool IsPeersFault(this CloseReason reason) =>
        reason is not (CloseReason.MaxLifetime or CloseReason.ServerStopping);
}
