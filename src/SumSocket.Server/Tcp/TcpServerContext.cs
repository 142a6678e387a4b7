namespace SumSocket.Server.Tcp;

/// <summary>What all connections of one server share.</summary>
internal sealed class TcpServerContext(SumTcpServerOptions options, SuspendAwareClock clock, ILogger log, Action<SumTcpConnection> ended)
{
    private volatile bool _isDraining;

    /// <summary>The clock of all deadlines.</summary>
    public SuspendAwareClock Clock { get; } = clock;

    /// <summary>The read deadline's span, in the clock's units.</summary>
    public long ReadTimeout { get; } = clock.Span(options.ReadTimeout);

    /// <summary>The write deadline's span.</summary>
    public long WriteTimeout { get; } = clock.Span(options.WriteTimeout);

    /// <summary>The greatest age of a connection.</summary>
    public long Lifetime { get; } = clock.Span(options.MaxLifetime);

    /// <summary>The TLS of all connections; null without.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>The PROXY protocol of all connections; null without.</summary>
    public ServerProxy? Proxy { get; } = options.Proxy is null ? null : new ServerProxy(options.Proxy);

    /// <summary>The greatest time for a PROXY header, from the accept.</summary>
    public long ProxyTimeout { get; } = clock.Span(options.Proxy?.HeaderTimeout ?? Timeout.InfiniteTimeSpan);

    /// <summary>The greatest time for a handshake, from the accept.</summary>
    public long HandshakeTimeout { get; } = clock.Span(options.Tls?.HandshakeTimeout ?? Timeout.InfiniteTimeSpan);

    public ILogger Log { get; } = log;

    /// <summary>The log for each request; null when that level is off.</summary>
    public ILogger? RequestLog { get; } = log.IsEnabled(LogLevel.Debug) ? log : null;

    /// <summary>Counts a connection against the limit for the address that its PROXY header names; false when that is reached.</summary>
    public required Func<SumTcpConnection, IPAddress, bool> TryCount { get; init; }

    /// <summary>Called by each connection as its last act, with its socket closed.</summary>
    public Action<SumTcpConnection> Ended { get; } = ended;

    /// <summary>Whether every connection ends as soon as what it has received is answered.</summary>
    public bool IsDraining { get => _isDraining; set => _isDraining = value; }
}
