namespace SumSocket.Sockets;

/// <summary>The options of a TCP socket as the kernel has them, which may differ from what was asked for.</summary>
/// <param name="Settings">Keep-alive and TCP_USER_TIMEOUT.</param>
/// <param name="NoDelay">Whether small segments leave at once (TCP_NODELAY).</param>
/// <param name="SendBuffer">Bytes of memory for sending; Linux doubles what is asked for.</param>
/// <param name="ReceiveBuffer">The same for receiving.</param>
internal sealed record EffectiveOptions(TcpSettings Settings, bool NoDelay, int SendBuffer, int ReceiveBuffer)
{
    /// <summary>The congestion control, such as <c>cubic</c> (TCP_CONGESTION); null where it cannot be read.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>The longest pause between retransmissions (TCP_RTO_MAX_MS, Linux 6.15); null where it cannot be read: 120 s then.</summary>
    public TimeSpan? LongestRetransmitTimeout { get; init; }

    /// <summary>How many times the system sends a segment again before it gives up, where there is no user time-out (tcp_retries2).</summary>
    public int Retries { get; init; } = LinuxOnly.DefaultRetries;

    /// <summary>Reads them back.</summary>
    /// <exception cref="SocketException">The socket is no TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public static EffectiveOptions Read(Socket socket) =>
        new(TcpTuning.Read(socket), socket.NoDelay, socket.SendBufferSize, socket.ReceiveBufferSize)
        {
            CongestionControl = LinuxOnly.ReadCongestionControl(socket),
            LongestRetransmitTimeout = LinuxOnly.ReadLongestRetransmitTimeout(socket),
            Retries = LinuxOnly.ReadRetries(),
        };
}
