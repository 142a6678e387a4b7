namespace SumSocket.Server.Tcp;

/// <summary>How a <see cref="SumTcpServer"/> behaves. <see cref="Timeout.InfiniteTimeSpan"/> stands for no limit.</summary>
public sealed record SumTcpServerOptions
{
    /// <summary>Where to listen; port 0 takes any free port. Default 127.0.0.1:5656. Each address gets a socket of its own, so <c>::</c> is
    /// IPv6 alone and a peer's address never hides in its IPv4-mapped form.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; init; } = [new IPEndPoint(IPAddress.Loopback, 5656)];

    /// <summary>Sockets that listen already, which the server takes over instead of <see cref="EndPoints"/>: from a service manager, which
    /// keeps them open while the server restarts. What waits in them when it stops waits for the next one. Default none.</summary>
    public IReadOnlyList<Socket> Listeners { get; init; } = [];

    /// <summary>The time in which the next request must be complete, from the accept or from the previous complete request; neither single
    /// bytes nor white space extend it. Default 30 s, what the Go pair allowed for a whole connection.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The age at which a connection is closed, cleanly and with everything received answered. Default none.</summary>
    public TimeSpan MaxLifetime { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How far the lifetime of each connection may be from <see cref="MaxLifetime"/>, as a share of it: 0 to 0.9, where 0.1 is
    /// 10 % up or down. Default 0. Each connection has its own, so that those made together do not end together.</summary>
    public double MaxLifetimeJitter { get; init; }

    /// <summary>The time in which a peer must take the answers it is sent. Default 10 s: a reader that is that far behind is not coming
    /// back, and it holds up to two buffers meanwhile.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The connections served at a time, at least 1. Further ones are answered <c>busy</c> and closed. Default 10,000; the server
    /// takes less when the process may not open so many files.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>The same for one peer address (the first 64 bits of an IPv6 one, which is what one host owns). Default none.</summary>
    public int? MaxConnectionsPerIp { get; init; }

    /// <summary>At <see cref="MaxConnections"/>, how long a connection must have waited for its next request so that it is closed, cleanly,
    /// for one that comes: the one that has waited longest goes first. Default none: those that come are answered <c>busy</c>. With it the
    /// server may hold up to 256 connections more while they close.</summary>
    public TimeSpan EvictIdle { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Connections that the kernel completes ahead of the accept, 1 to 65,535, at most <c>somaxconn</c>. Default 512.</summary>
    public int Backlog { get; init; } = 512;

    /// <summary>When the kernel probes a silent peer; null for never. Default 15 s, 15 s, 9 probes.</summary>
    public KeepAlive? KeepAlive { get; init; } = KeepAlive.Default;

    /// <summary>How long sent bytes may stay unacknowledged (Linux). Default 120 s. It also bounds keep-alive.</summary>
    public TimeSpan UserTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a stop waits for the connections to end by themselves before it cuts them. Default 10 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Over what time a stop spreads the closing of the connections, from 0 to <see cref="DrainTimeout"/>, so that their
    /// clients do not all come back, or go elsewhere, at once. Each is closed when its turn comes if it is idle then, and else after its
    /// next answers; until then it is served. Default 0: all at once. No connection is accepted meanwhile.</summary>
    public TimeSpan DrainSpread { get; init; }

    /// <summary>The longest time for which a request may have its answer held back (<c>Delay</c>), 0 to 24 h; a longer one is answered
    /// <c>out_of_range</c>. Default 1 h, longer than nearly every path keeps a silent connection; 0 allows none. The read deadline stands
    /// still meanwhile: the server is not waiting for a request.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether a client that asks (<c>Path</c>) gets a report of what the server sees: addresses, limits, socket options,
    /// what the kernel measured. Default true; false skips the member, as servers do that do not know it.</summary>
    public bool ReportsPath { get; init; } = true;

    /// <summary>TLS for every connection. Default null: none.</summary>
    public TlsServerOptions? Tls { get; init; }

    /// <summary>PROXY protocol on every connection. Default null: none, and a header is an invalid message.</summary>
    public ProxyServerOptions? Proxy { get; init; }

    /// <summary>What sees the program's sockets; null for nothing.</summary>
    internal ISocketObserver? Observer { get; init; }

    internal void Validate()
    {
        Tls?.Validate();
        Proxy?.Validate();
        ArgumentOutOfRangeException.ThrowIfZero(EndPoints.Count + Listeners.Count, nameof(EndPoints));
        OptionRange.ThrowUnlessTimeout(ReadTimeout, nameof(ReadTimeout));
        OptionRange.ThrowUnlessTimeout(MaxLifetime, nameof(MaxLifetime));
        OptionRange.ThrowUnlessTimeout(WriteTimeout, nameof(WriteTimeout));
        OptionRange.ThrowUnlessTimeout(UserTimeout, nameof(UserTimeout));
        OptionRange.ThrowUnlessTimeout(EvictIdle, nameof(EvictIdle));
        OptionRange.ThrowUnlessTimeout(DrainTimeout, nameof(DrainTimeout));
        OptionRange.ThrowUnlessShare(MaxLifetimeJitter, 0.9, nameof(MaxLifetimeJitter));
        if (DrainSpread != TimeSpan.Zero)
            OptionRange.ThrowUnlessTimeout(DrainSpread, nameof(DrainSpread), mayBeInfinite: false);
        if (DrainTimeout != Timeout.InfiniteTimeSpan && DrainSpread > DrainTimeout)
            throw new ArgumentOutOfRangeException(nameof(DrainSpread), DrainSpread, "DrainSpread must not be longer than DrainTimeout.");
        OptionRange.ThrowUnlessDelay(MaxDelay, nameof(MaxDelay));
        OptionRange.ThrowUnlessBetween(MaxConnections, 1, int.MaxValue, nameof(MaxConnections));
        OptionRange.ThrowUnlessBetween(MaxConnectionsPerIp ?? 1, 1, int.MaxValue, nameof(MaxConnectionsPerIp));
        OptionRange.ThrowUnlessBetween(Backlog, 1, ushort.MaxValue, nameof(Backlog));
        KeepAlive?.Validate();
    }
}
