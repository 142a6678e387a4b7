namespace SumSocket.Sockets;

/// <summary>What a failed socket call means. One event has different codes, by timing and by platform; this is the one list.</summary>
internal static class SocketErrors
{
    /// <summary>What a TLS transport fails with when the bytes that came are no valid TLS, or an alert: a code that no call on a connected
    /// socket fails with.</summary>
    public const SocketError TlsFailure = SocketError.ProtocolNotSupported;

    /// <summary>The peer reset the connection or closed it under a write (ECONNRESET, EPIPE, ECONNABORTED).</summary>
    public static bool IsReset(SocketError error) => error is SocketError.ConnectionReset or SocketError.Shutdown
        or SocketError.ConnectionAborted or SocketError.NotConnected or SocketError.NetworkReset;

    /// <summary>The kernel gave the peer up: unanswered keep-alive probes or TCP_USER_TIMEOUT (ETIMEDOUT), or the path is gone.</summary>
    public static bool IsDeadPeer(SocketError error) => error is SocketError.TimedOut or SocketError.HostUnreachable
        or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown;

    /// <summary>File descriptors or kernel memory ran out: waiting helps, trying again at once does not.</summary>
    public static bool IsResourceShortage(SocketError error) =>
        error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable;

    /// <summary>Neither the peer nor the program is at fault: the system lacks something, or does not allow the call. .NET has no code for
    /// ENOMEM and names what it does not know <see cref="SocketError.SocketError"/>.</summary>
    public static bool IsOfTheSystem(SocketError error) =>
        IsResourceShortage(error) || error is SocketError.SocketError or SocketError.AccessDenied;

    /// <summary>On a UDP socket: no process listens where an earlier datagram went (ICMP port unreachable). Windows calls it a reset. It
    /// says nothing about the call it comes from.</summary>
    public static bool IsPortUnreachable(SocketError error) => error is SocketError.ConnectionRefused or SocketError.ConnectionReset;

    /// <summary>A non-blocking call would have to wait.</summary>
    public static bool IsWouldBlock(SocketError error) => error is SocketError.WouldBlock or SocketError.TryAgain;

    /// <summary>Throws "connection refused" when a socket is connected to itself: a port of the ephemeral range that no process listens on
    /// can be given to the very socket that connects to it, which then talks only to itself.</summary>
    /// <exception cref="SocketException">It is.</exception>
    public static void ThrowIfConnectedToItself(Socket socket, EndPoint remote)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(remote);
        if (remote.Equals(socket.LocalEndPoint))
            throw new SocketException((int)SocketError.ConnectionRefused);
    }

    /// <summary>A short lower-case phrase for people, such as <c>connection refused</c>.</summary>
    public static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset or SocketError.NetworkReset => "connection reset by peer",
        SocketError.Shutdown or SocketError.ConnectionAborted => "connection closed by peer",
        SocketError.TimedOut => "timed out",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "host not found",
        SocketError.HostUnreachable or SocketError.HostDown => "host unreachable",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network unreachable",
        SocketError.ProtocolOption => "protocol unreachable", // what ICMP says so becomes
        SocketError.AddressFamilyNotSupported => "this system has no addresses of that kind",
        SocketError.AddressAlreadyInUse => "address already in use",
        SocketError.AddressNotAvailable => "not an address of this machine",
        SocketError.AccessDenied => "permission denied",
        TlsFailure => "TLS error",
        SocketError.TooManyOpenSockets => "too many open files",
        SocketError.NoBufferSpaceAvailable => "no memory left for it in the kernel",
        SocketError.SocketError => "the system failed the call, perhaps for want of memory",
        _ => $"socket error {error}",
    };
}
