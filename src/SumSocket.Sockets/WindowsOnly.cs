namespace SumSocket.Sockets;

/// <summary>All that only Windows needs, in one place. Elsewhere each call does nothing.</summary>
internal static class WindowsOnly
{
    private const int SioUdpConnReset = unchecked((int)0x9800000C);

    /// <summary>Stops an ICMP "port unreachable" about one datagram that was sent from failing the receive of another (WSAECONNRESET),
    /// which is what Windows does even on a socket that is not connected.</summary>
    /// <param name="socket">A UDP socket.</param>
    public static void IgnoreUnreachablePeers(Socket socket)
    {
        if (OperatingSystem.IsWindows())
            socket.IOControl(SioUdpConnReset, [0], null);
    }
}
