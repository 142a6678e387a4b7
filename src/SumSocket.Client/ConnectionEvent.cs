using System.Globalization;

namespace SumSocket.Client;

/// <summary>What happened to the client's connection.</summary>
public enum ConnectionEventKind
{
    /// <summary>A connection was made.</summary>
    Connected,

    /// <summary>An attempt to connect failed.</summary>
    ConnectFailed,

    /// <summary>A connection has ended.</summary>
    Lost,

    /// <summary>The client closed a connection that has carried as many requests as it may, all of them answered. Nothing is
    /// wrong.</summary>
    Closed,
}

/// <summary>One event in the life of a client's connection, in the order they happened.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="RemoteEndPoint">The peer's address; null when its name could not be resolved.</param>
/// <param name="Reason">Why, in a few lower-case words such as <c>connection refused</c>; empty for
/// <see cref="ConnectionEventKind.Connected"/>.</param>
/// <param name="Attempt">The number of attempts in a row, from 1; 0 for the end of a connection.</param>
/// <param name="RetryIn">How long no further attempt is made, after a failed one or a connection lost before it gave an answer; else
/// zero.</param>
/// <param name="Cause">The same as <paramref name="Reason"/>, for programs.</param>
public sealed record ConnectionEvent(
    ConnectionEventKind Kind, IPEndPoint? RemoteEndPoint, string Reason, int Attempt = 0, TimeSpan RetryIn = default,
    ConnectionCause Cause = ConnectionCause.None)
{
    /// <summary>For <see cref="ConnectionEventKind.Connected"/> over TCP: how long the connect took, from its start until the client had a
    /// connection. Resolving the name and addresses tried in vain before are not in it. Else zero.</summary>
    public TimeSpan ConnectTime { get; init; }

    /// <summary>When that connect began: <see cref="TimeProvider.GetTimestamp"/> of the client's clock, exact. Else 0.</summary>
    public long ConnectStarted { get; init; }

    /// <summary>For the end of a TCP connection: what is known of it. Else null.</summary>
    public ConnectionEnd? End { get; init; }

    /// <summary>What the peer is, where it spoke something else from the start.</summary>
    internal WrongPeer Peer { get; init; }

    /// <summary>The reason in words, and of a lost connection what is known of it: <c>connection closed by peer after 30.2 s of silence
    /// (41.5 s old, 3 answers)</c>.</summary>
    public string Describe() => Kind == ConnectionEventKind.Lost && End is { } end ? $"{Reason} {end.Describe()}" : Reason;
}

/// <summary>What is known of a connection that has ended.</summary>
/// <param name="Age">How long it existed.</param>
/// <param name="Silence">How long nothing had come from the peer. Of one that the kernel has given up (Linux), acknowledgements count
/// too.</param>
/// <param name="Answers">How many answers came on it.</param>
/// <param name="NoticedBy">Of a peer that the kernel has given up (Linux): what noticed, such as <c>keep-alive</c>. Else empty.</param>
public sealed record ConnectionEnd(TimeSpan Age, TimeSpan Silence, long Answers, string NoticedBy = "")
{
    internal string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"after {Silence.TotalSeconds:0.0##} s of silence{(NoticedBy.Length == 0 ? "" : ", noticed by ")}{NoticedBy} " +
        $"({Age.TotalSeconds:0.0##} s old, {new Counted(Answers, "answer")})");
}

/// <summary>What a peer is whose first bytes are no answer.</summary>
internal enum WrongPeer
{
    None,
    NoSumServer,
    SpeaksTls,
}

/// <summary>Why a connection was lost or could not be made, for programs. <see cref="ConnectionEvent.Reason"/> is for people, and has
/// more detail.</summary>
public enum ConnectionCause
{
    /// <summary>Nothing is wrong: a connection was made, or closed in order.</summary>
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

    /// <summary>TLS failed: the server's certificate was refused, it speaks none, or there is no version in common.</summary>
    TlsFailed,
}
