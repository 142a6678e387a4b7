namespace SumSocket.Client;

/// <summary>What happened to the client's connection.</summary>
public enum ConnectionEventKind
{
    /// <summary>A connection was made.</summary>
    Connected,

    /// <summary>An attempt to connect failed.</summary>
    ConnectFailed,

    /// <summary>A connection that stood has ended.</summary>
    Lost,
}

/// <summary>One event in the life of a client's connection, in the order they happened.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="RemoteEndPoint">The peer's address; null when its name could not be resolved.</param>
/// <param name="Reason">Why, in a few lower-case words such as <c>connection refused</c>; empty for
/// <see cref="ConnectionEventKind.Connected"/>.</param>
/// <param name="Attempt">The number of attempts in a row, from 1; 0 for <see cref="ConnectionEventKind.Lost"/>.</param>
/// <param name="RetryIn">How long no further attempt is made, after a failed one or a connection lost before it gave an answer; else
/// zero.</param>
/// <param name="Cause">The same as <paramref name="Reason"/>, for programs.</param>
public sealed record ConnectionEvent(
    ConnectionEventKind Kind, IPEndPoint? RemoteEndPoint, string Reason, int Attempt = 0, TimeSpan RetryIn = default,
    ConnectionCause Cause = ConnectionCause.None);
