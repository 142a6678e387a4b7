using System.Net.Sockets;

namespace SumSocket.Client;

/// <summary>The cause that a failed socket call stands for.</summary>
internal static class ConnectionCauses
{
    public static ConnectionCause Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => ConnectionCause.Refused,
        SocketError.ConnectionReset or SocketError.NetworkReset => ConnectionCause.Reset,
        SocketError.Shutdown or SocketError.ConnectionAborted => ConnectionCause.EndOfStream,
        SocketError.TimedOut => ConnectionCause.TimedOut,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => ConnectionCause.NameNotFound,
        SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable or SocketError.NetworkDown
            => ConnectionCause.Unreachable,
        _ => ConnectionCause.Other,
    };
}
