namespace SumSocket.Server.Tcp;

/// <summary>What all connections of one server share.</summary>
internal sealed class TcpServerContext(SumTcpServerOptions options, SuspendAwareClock clock, ILogger log, Action<SumTcpConnection> ended)
{
    private long _drainFrom = SuspendAwareClock.Never;

    /// <summary>The clock of all deadlines.</summary>
    public SuspendAwareClock Clock { get; } = clock;

    /// <summary>The read deadline's span, in the clock's units.</summary>
    public long ReadTimeout { get; } = clock.Span(options.ReadTimeout);

    /// <summary>The write deadline's span.</summary>
    public long WriteTimeout { get; } = clock.Span(options.WriteTimeout);

    /// <summary>The greatest ages of connections.</summary>
    public ConnectionSpread Lifetime { get; } =
        ConnectionSpread.Around(clock.Span(options.MaxLifetime), options.MaxLifetimeJitter);

    /// <summary>How long after the stop each connection's turn to close comes.</summary>
    public ConnectionSpread DrainTurn { get; } = ConnectionSpread.UpTo(clock.Span(options.DrainSpread));

    /// <summary>The TLS of all connections; null without.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>The PROXY protocol of all connections; null without.</summary>
    public ServerProxy? Proxy { get; } = options.Proxy is null ? null : new ServerProxy(options.Proxy);

    /// <summary>The greatest time for a PROXY header, from the accept.</summary>
    public long ProxyTimeout { get; } = clock.Span(options.Proxy?.HeaderTimeout ?? Timeout.InfiniteTimeSpan);

    /// <summary>The greatest time for a handshake, from the accept.</summary>
    public long HandshakeTimeout { get; } = clock.Span(options.Tls?.HandshakeTimeout ?? Timeout.InfiniteTimeSpan);

    /// <summary>How long a stop leaves to what comes before the first request.</summary>
    public long PrefaceGrace { get; } = clock.Span(TimeSpan.FromSeconds(1));

    /// <summary>The longest time that an answer is held back for, in milliseconds.</summary>
    public int MaxDelay { get; } = (int)options.MaxDelay.TotalMilliseconds;

    /// <summary>The connections whose answer is held back.</summary>
    public required DelayQueue<HeldRequest> Delays { get; init; }

    /// <summary>How far apart a connection whose answer is held back is checked for a peer that is gone. It is not waiting for data
    /// meanwhile, and each check is a system call.</summary>
    public long HeldCheckPeriod { get; } = clock.Span(TimeSpan.FromSeconds(10));

    /// <summary>How connections ended; null where what the server sees of a connection is not reported.</summary>
    public EndedConnections? Ends { get; } = options.ReportsPath ? new EndedConnections() : null;

    public ILogger Log { get; } = log;

    /// <summary>The log for each request; null when that level is off.</summary>
    public ILogger? RequestLog { get; } = log.IsEnabled(LogLevel.Debug) ? log : null;

    /// <summary>Counts a connection against the limit for the address that its PROXY header names; false when that is reached.</summary>
    public required Func<SumTcpConnection, IPAddress, bool> TryCount { get; init; }

    /// <summary>Called by each connection as its last act, with its socket closed.</summary>
    public Action<SumTcpConnection> Ended { get; } = ended;

    /// <summary>When the drain began: from its turn on, each connection ends as soon as what it has received is answered.</summary>
    public long DrainFrom { get => Volatile.Read(ref _drainFrom); set => Volatile.Write(ref _drainFrom, value); }

    /// <summary>Whether the server stops.</summary>
    public bool IsDraining => DrainFrom != SuspendAwareClock.Never;
}
