using System.Net;

namespace SumSocket.Client.Udp;

/// <summary>Whether the server was last seen to answer or reported not to be there. It posts each change once. Under the gate.</summary>
internal sealed class ServerReachability(ConnectionEvents events)
{
    private bool? _isThere;

    /// <summary>An answer to a request came, in time or late.</summary>
    /// <returns>True when an event was posted, to be delivered outside the gate.</returns>
    public bool Answers(IPEndPoint remoteEndPoint)
    {
        if (_isThere == true)
            return false;
        int attempt = _isThere == false ? 2 : 1;
        _isThere = true;
        events.Post(new ConnectionEvent(ConnectionEventKind.Connected, remoteEndPoint, string.Empty, attempt));
        return true;
    }

    /// <summary>Nobody listens there, says the kernel; it will say so again for every datagram until somebody does.</summary>
    /// <returns>True when an event was posted, to be delivered outside the gate.</returns>
    public bool Refuses(IPEndPoint remoteEndPoint)
    {
        if (_isThere == false)
            return false;
        _isThere = false;
        events.Post(new ConnectionEvent(ConnectionEventKind.ConnectFailed, remoteEndPoint, "connection refused", 1, Cause: ConnectionCause.Refused));
        return true;
    }
}
