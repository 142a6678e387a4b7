using System.Text.Json;

namespace SumSocket.Server.Tcp.Connection;

/// <summary>Why a connection ended. Each connection ends with exactly one: the first to be named stands. Log and metrics spell it in lower
/// case with underscores, such as <c>idle_timeout</c>, beside who ended it and in which phase.</summary>
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

    /// <summary>The read deadline passed with no byte of a message received; closed without an answer.</summary>
    IdleTimeout,

    /// <summary>The read deadline passed inside a message; answered <c>timeout</c>.</summary>
    ReadTimeout,

    /// <summary>The peer did not take its answers before the write deadline; reset.</summary>
    WriteTimeout,

    /// <summary>The connection reached its greatest age; what was received was answered.</summary>
    MaxLifetime,

    /// <summary>The server was at its connection limit; answered <c>busy</c>.</summary>
    Busy,

    /// <summary>The server stops; what was received was answered.</summary>
    ServerStopping,

    /// <summary>The server stopped and the connection had not ended by the drain time-out; reset.</summary>
    DrainTimeout,

    /// <summary>A bug: the exception is in the log.</summary>
    InternalError,

    /// <summary>The peer ended its side without close_notify; everything that came was answered.</summary>
    NoCloseNotify,

    /// <summary>Bytes came that are no valid TLS, or an alert.</summary>
    TlsError,

    /// <summary>The first bytes were no TLS.</summary>
    NotTls,

    /// <summary>The TLS handshake failed, or the peer ended it; why is in the log.</summary>
    HandshakeFailed,

    /// <summary>The peer's certificate was missing or refused; why is in the log.</summary>
    ClientCertificate,

    /// <summary>The TLS handshake was not completed in time.</summary>
    HandshakeTimeout,

    /// <summary>The PROXY header was missing or malformed; which is in the log.</summary>
    ProxyHeaderInvalid,

    /// <summary>The PROXY header was not completed in time.</summary>
    ProxyHeaderTimeout,

    /// <summary>The peer's address may not send a PROXY header, and it sent one, or one was required.</summary>
    ProxyNotAllowed,

    /// <summary>The system failed a call that has nothing to do with the peer, mostly for want of memory (ENOBUFS, ENOMEM); which is in the
    /// log.</summary>
    SystemError,

    /// <summary>The server was at its connection limit, and this connection had been idle longest
    /// (<see cref="SumTcpServerOptions.EvictIdle"/>); everything it sent was answered.</summary>
    Evicted,
}

/// <summary>Who ended a connection.</summary>
internal enum ClosedBy
{
    Peer,
    Network,
    Server,
}

/// <summary>What a connection was doing when it ended.</summary>
internal enum ConnectionPhase
{
    Accept,  // it was answered busy and never served
    Handshake, // of TLS, or in the PROXY header ahead of it
    Idle,    // between messages, with everything answered
    Request, // inside a message
    Answer,  // waiting for the peer to take its answers
    Delay,   // holding an answer back, as its request asks
}

/// <summary>What leads to each <see cref="CloseReason"/>, and what follows from it. docs/architecture.md holds the table.</summary>
internal static class CloseReasons
{
    private static readonly string[] _reasons = WordsOf<CloseReason>();
    private static readonly string[] _by = WordsOf<ClosedBy>();
    private static readonly string[] _phases = WordsOf<ConnectionPhase>();

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
        SocketException { SocketErrorCode: SocketErrors.TlsFailure } => CloseReason.TlsError,
        SocketException e when SocketErrors.IsOfTheSystem(e.SocketErrorCode) => CloseReason.SystemError,
        OutOfMemoryException => CloseReason.SystemError,
        _ => CloseReason.InternalError,
    };

    /// <summary>An end in the words of log, metrics and docs.</summary>
    public static CloseWords Words(this CloseReason reason, ConnectionPhase phase) =>
        new(_reasons[(int)reason], _by[(int)reason.By()], _phases[(int)phase]);

    /// <summary>Who ended the connection: the peer also where it broke the protocol, the server also where its deadline passed.</summary>
    public static ClosedBy By(this CloseReason reason) => reason switch
    {
        CloseReason.PeerDead => ClosedBy.Network,
        CloseReason.PeerClosed or CloseReason.PeerReset or CloseReason.Truncated => ClosedBy.Peer,
        CloseReason.InvalidJson or CloseReason.TooDeep or CloseReason.MessageTooLong => ClosedBy.Peer,
        CloseReason.NoCloseNotify or CloseReason.TlsError => ClosedBy.Peer,
        CloseReason.NotTls or CloseReason.HandshakeFailed or CloseReason.ClientCertificate => ClosedBy.Peer,
        CloseReason.ProxyHeaderInvalid or CloseReason.ProxyNotAllowed => ClosedBy.Peer,
        _ => ClosedBy.Server,
    };

    /// <summary>The phase that a reason implies; null where it can end any.</summary>
    public static ConnectionPhase? Phase(this CloseReason reason) => reason switch
    {
        CloseReason.Busy => ConnectionPhase.Accept,
        CloseReason.PeerClosed or CloseReason.IdleTimeout or CloseReason.Evicted => ConnectionPhase.Idle,
        CloseReason.Truncated or CloseReason.ReadTimeout => ConnectionPhase.Request,
        CloseReason.InvalidJson or CloseReason.TooDeep or CloseReason.MessageTooLong => ConnectionPhase.Request,
        CloseReason.WriteTimeout => ConnectionPhase.Answer,
        CloseReason.NotTls or CloseReason.HandshakeFailed => ConnectionPhase.Handshake,
        CloseReason.ClientCertificate or CloseReason.HandshakeTimeout => ConnectionPhase.Handshake,
        CloseReason.ProxyHeaderInvalid or CloseReason.ProxyHeaderTimeout or CloseReason.ProxyNotAllowed => ConnectionPhase.Handshake,
        _ => null,
    };

    /// <summary>The error that is the last answer of a connection; <see cref="ErrorCode.None"/> for none, or one already given.</summary>
    public static ErrorCode LastAnswer(this CloseReason reason, bool insideMessage) => reason switch
    {
        CloseReason.NoCloseNotify when insideMessage => ErrorCode.Truncated,
        CloseReason.Truncated => ErrorCode.Truncated,
        CloseReason.ReadTimeout => ErrorCode.Timeout,
        CloseReason.Busy => ErrorCode.Busy,
        _ => ErrorCode.None,
    };

    /// <summary>Whether the peer has ended its side before the server did, so that no lingering close is due.</summary>
    public static bool PeerWentFirst(this CloseReason reason) => reason is
        CloseReason.PeerClosed or CloseReason.Truncated or CloseReason.NoCloseNotify;

    /// <summary>Whether something went wrong, rather than that a connection had served its time.</summary>
    public static bool IsError(this CloseReason reason) => reason is
        not (CloseReason.PeerClosed or CloseReason.IdleTimeout or CloseReason.MaxLifetime or CloseReason.ServerStopping
            or CloseReason.Evicted);

    /// <summary>Whether the server ends the connection because of what the peer did or failed to do.</summary>
    public static bool IsPeersFault(this CloseReason reason) =>
        reason is not (CloseReason.MaxLifetime or CloseReason.ServerStopping or CloseReason.Evicted);

    private static string[] WordsOf<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
}

/// <summary>The end of a connection: one word for the reason, for who ended it and for the phase.</summary>
internal readonly record struct CloseWords(string Reason, string By, string Phase);
