namespace SumSocket.Client.Udp;

/// <summary>Whether the server last answered, or was reported not to listen. Each change is an event, once.</summary>
internal sealed class ServerReachability(IPEndPoint remoteEndPoint)
{
    private bool? _isThere;

    /// <summary>A response to a request came, in time or late.</summary>
    public ConnectionEvent? Answered()
    {
        if (_isThere == true)
            return null;
        int attempt = _isThere == false ? 2 : 1;
        _isThere = true;
        return new ConnectionEvent(ConnectionEventKind.Connected, remoteEndPoint, string.Empty, attempt);
    }

    /// <summary>No process listens there, reports the kernel; it reports so again for every datagram until one does.</summary>
    public ConnectionEvent? Refused()
    {
        if (_isThere == false)
            return null;
        _isThere = false;
        return new ConnectionEvent(
            ConnectionEventKind.ConnectFailed, remoteEndPoint, "connection refused", 1, Cause: ConnectionCause.Refused);
    }
}
