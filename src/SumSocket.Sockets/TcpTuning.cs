namespace SumSocket.Sockets;

/// <summary>The socket options that both ends of a long-lived TCP connection set.</summary>
internal static class TcpTuning
{
    /// <summary>64 KiB for each direction. Left alone, Linux grows a receive buffer to <c>tcp_rmem[2]</c>, 32 MiB in places, for each peer
    /// that sends faster than it reads: kernel memory that no limit of the process counts.</summary>
    public const int BufferSize = 64 * 1024;

    /// <summary>No Nagle delay, bounded buffers, keep-alive and TCP_USER_TIMEOUT. Accepted sockets inherit all of it on Linux.</summary>
    /// <param name="socket">A TCP socket, not yet connected or listening.</param>
    /// <param name="keepAlive">When to probe a silent peer; null for never.</param>
    /// <param name="userTimeout">See <see cref="LinuxOnly.TrySetUserTimeout"/>.</param>
    /// <returns>False where the platform has no TCP_USER_TIMEOUT; everything else is set.</returns>
    /// <exception cref="SocketException">The kernel refuses a value.</exception>
    public static bool Apply(Socket socket, KeepAlive? keepAlive, TimeSpan userTimeout)
    {
        socket.NoDelay = true;
        socket.ReceiveBufferSize = BufferSize;
        socket.SendBufferSize = BufferSize;
        if (keepAlive is not null)
            Apply(socket, keepAlive);
        return LinuxOnly.TrySetUserTimeout(socket, userTimeout);
    }

    /// <summary>Reads back what the kernel has set, which may be other than what was asked for.</summary>
    public static TcpSettings Read(Socket socket) => new(
        Number(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive) == 0 ? null : new KeepAlive(
            TimeSpan.FromSeconds(Number(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)),
            TimeSpan.FromSeconds(Number(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)),
            Number(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)),
        LinuxOnly.ReadUserTimeout(socket));

    private static int Number(Socket socket, SocketOptionLevel level, SocketOptionName name) => (int)socket.GetSocketOption(level, name)!;

    private static void Apply(Socket socket, KeepAlive keepAlive)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)keepAlive.Idle.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)keepAlive.Interval.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, keepAlive.Probes);
    }
}

/// <summary>Options of a TCP socket, as the kernel has them.</summary>
/// <param name="KeepAlive">When it probes a silent peer; null for never.</param>
/// <param name="UserTimeout">TCP_USER_TIMEOUT; zero for the system's rule, null where it cannot be read.</param>
internal readonly record struct TcpSettings(KeepAlive? KeepAlive, TimeSpan? UserTimeout);
