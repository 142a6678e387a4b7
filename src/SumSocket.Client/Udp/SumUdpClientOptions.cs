namespace SumSocket.Client.Udp;

/// <summary>How a <see cref="SumUdpClient"/> behaves. <see cref="Timeout.InfiniteTimeSpan"/> stands for no limit.</summary>
public sealed record SumUdpClientOptions
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100); // between attempts to open a socket
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    /// <summary>The server's host name or address. Default 127.0.0.1. Of several addresses the first IPv4 one that can be sent to is used:
    /// over UDP it is unknown at which of them the server listens, and it is there more often.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The server's port, 1 to 65,535. Default 5656.</summary>
    public int Port { get; init; } = 5656;

    /// <summary>How long a request may take from the call to its answer, waiting its turn and all repeats included. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many requests may be without an answer, 1 to 65,536; further callers wait their turn, in order. Default 1,024: their
    /// answers fit into the smallest receive buffer that the kernel grants for the 4 MiB requested.</summary>
    public int MaxInFlight { get; init; } = 1024;

    /// <summary>Checks every answer against A + B and reports a wrong one as <see cref="SumOutcome.WrongAnswer"/>. Default false.</summary>
    public bool VerifySums { get; init; }

    /// <summary>Sends a request again, until its deadline, while no answer comes. Default true: a sum may be repeated safely. False sends
    /// each exactly once, so that a lost datagram is seen as lost: <see cref="SumOutcome.TimedOut"/>.</summary>
    public bool Repeat { get; init; } = true;

    /// <summary>Ends what is in flight, as <see cref="SumOutcome.OutcomeUnknown"/>, when the network reports that no process listens there
    /// (ICMP). Default false: the server may come, or come back, before the deadlines pass. True is for probes, which must report an outage
    /// and not wait for its end. The report names no datagram, so an answer still on its way then counts as late.</summary>
    public bool EndOnRefusal { get; init; }

    /// <summary>How long to wait for an answer before the first repeat, 1 ms to 24 days; it doubles with each further one, and up to half
    /// as much is added at random. Default 200 ms: longer than nearly every path takes.</summary>
    public TimeSpan RepeatAfter { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait between repeats before the random part, at least <see cref="RepeatAfter"/>. Default 5 s.</summary>
    public TimeSpan MaxRepeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Matches answers by <c>Id</c>. Default true. False is for peers that do not echo it: plain requests are sent, and an answer
    /// goes to the oldest request that has its sum.</summary>
    public bool UseIds { get; init; } = true;

    /// <summary>What sees the program's sockets; null for nothing.</summary>
    internal ISocketObserver? Observer { get; init; }

    /// <summary>Ends the oldest request in flight, as <see cref="SumOutcome.TimedOut"/>, when there are as many as may be and a further one
    /// comes, which then does not wait. For probes, whose schedule must not depend on what is lost, and which may have no
    /// time-out.</summary>
    internal bool EndOldest { get; init; }

    internal CoreOptions ToCore(long firstNumber) =>
        new(typeof(SumUdpClient), RequestTimeout, MaxInFlight, ResendLost: false, RetryEnded: false, WaitForReady: true, _firstPause,
            _longestPause, firstNumber);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Host);
        OptionRange.ThrowUnlessBetween(Port, 1, 65_535, nameof(Port));
        OptionRange.ThrowUnlessTimeout(RequestTimeout, nameof(RequestTimeout));
        OptionRange.ThrowUnlessBetween(MaxInFlight, 1, 65_536, nameof(MaxInFlight));
        OptionRange.ThrowUnlessTimeout(RepeatAfter, nameof(RepeatAfter), mayBeInfinite: false);
        OptionRange.ThrowUnlessTimeout(MaxRepeatInterval, nameof(MaxRepeatInterval), mayBeInfinite: false);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRepeatInterval, RepeatAfter);
    }
}
