namespace SumSocket.Sockets;

/// <summary>All that the kernel knows of one TCP connection at one moment (TCP_INFO of Linux 6.7 and later; older kernels know less, and
/// what they do not know is 0). It can be read as long as the socket is not closed, also when the connection has failed.</summary>
/// <param name="Path">The figures of the path.</param>
internal sealed record TcpDetails(TcpInfo Path)
{
    /// <summary>The connection's state.</summary>
    public TcpState State { get; init; }

    /// <summary>How many times in a row the oldest segment was sent again; 0 once it is acknowledged.</summary>
    public int Retransmits { get; init; }

    /// <summary>Probes of a silent peer or a closed window that have no answer.</summary>
    public int Probes { get; init; }

    /// <summary>The retransmission time-out.</summary>
    public TimeSpan RetransmitTimeout { get; init; }

    /// <summary>The time since data last came.</summary>
    public TimeSpan SinceData { get; init; }

    /// <summary>The time since an acknowledgement last came, of data or of a probe.</summary>
    public TimeSpan SinceAck { get; init; }

    /// <summary>Segments sent and not acknowledged.</summary>
    public int Unacknowledged { get; init; }

    /// <summary>Bytes that the kernel has taken and never sent.</summary>
    public int Unsent { get; init; }

    /// <summary>The longest segment that came, in bytes.</summary>
    public int ReceivedSegmentSize { get; init; }

    /// <summary>The longest segment that this side has announced to take.</summary>
    public int AnnouncedSegmentSize { get; init; }

    /// <summary>The shift of the windows that the peer announces; null without window scaling.</summary>
    public int? SendWindowScale { get; init; }

    /// <summary>The shift of the windows that this side announces; null without window scaling.</summary>
    public int? ReceiveWindowScale { get; init; }

    /// <summary>How many bytes the peer would still take.</summary>
    public long SendWindow { get; init; }

    /// <summary>How long there was something to send.</summary>
    public TimeSpan Busy { get; init; }

    /// <summary>How much of that the peer's window held it up.</summary>
    public TimeSpan WindowLimited { get; init; }

    /// <summary>How long retransmissions had no answer, all such times together.</summary>
    public TimeSpan InRetransmission { get; init; }

    /// <summary>Bytes of this side that the peer has acknowledged.</summary>
    public long AcknowledgedBytes { get; init; }

    /// <summary>Whether the peer held its window closed for nearly all the time: it lives and does not read.</summary>
    public bool IsPeerNotReading => SendWindow == 0 && Busy > TimeSpan.Zero && WindowLimited > 0.9 * Busy;

    /// <summary>Reads struct tcp_info of linux/tcp.h.</summary>
    /// <param name="info">As much of it as the kernel has.</param>
    public static TcpDetails Read(ReadOnlySpan<byte> info)
    {
        Span<byte> all = stackalloc byte[Length];
        all.Clear();
        info[..Math.Min(info.Length, Length)].CopyTo(all);
        const int HasScale = 4; // TCPI_OPT_WSCALE
        bool scales = (all[5] & HasScale) != 0;
        return new TcpDetails(new TcpInfo(
            RoundTrip: Microseconds(all, 68), Variation: Microseconds(all, 72), Retransmitted: Number(all, 100),
            CongestionWindow: Number(all, 80), SegmentSize: Number(all, 16), PathMtu: Number(all, 60)))
        {
            State = (TcpState)all[0],
            Retransmits = all[2],
            Probes = all[3],
            SendWindowScale = scales ? all[6] & 15 : null,
            ReceiveWindowScale = scales ? all[6] >> 4 : null,
            RetransmitTimeout = Microseconds(all, 8),
            ReceivedSegmentSize = Number(all, 20),
            Unacknowledged = Number(all, 24),
            SinceData = TimeSpan.FromMilliseconds(Number(all, 52)),
            SinceAck = TimeSpan.FromMilliseconds(Number(all, 56)),
            AnnouncedSegmentSize = Number(all, 84),
            AcknowledgedBytes = Long(all, 120),
            Unsent = Number(all, 144),
            Busy = TimeSpan.FromMicroseconds(Long(all, 168)),
            WindowLimited = TimeSpan.FromMicroseconds(Long(all, 176)),
            SendWindow = (uint)Number(all, 228),
            InRetransmission = TimeSpan.FromMilliseconds(Number(all, 244)),
        };
    }

    /// <summary>Bytes of the structure as far as it is read.</summary>
    public const int Length = 248;

    private static int Number(ReadOnlySpan<byte> info, int offset) => BitConverter.ToInt32(info[offset..]);

    private static long Long(ReadOnlySpan<byte> info, int offset) => BitConverter.ToInt64(info[offset..]);

    private static TimeSpan Microseconds(ReadOnlySpan<byte> info, int offset) => TimeSpan.FromMicroseconds((uint)Number(info, offset));
}

/// <summary>The states of a TCP connection (RFC 9293, section 3.3.2), with the numbers of Linux.</summary>
internal enum TcpState
{
    Unknown,
    Established,
    SynSent,
    SynReceived,
    FinWait1,
    FinWait2,
    TimeWait,
    Closed,
    CloseWait,
    LastAck,
    Listen,
    Closing,
}
