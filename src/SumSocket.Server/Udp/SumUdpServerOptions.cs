namespace SumSocket.Server.Udp;

/// <summary>How a <see cref="SumUdpServer"/> behaves. <see cref="Timeout.InfiniteTimeSpan"/> stands for no limit.</summary>
public sealed record SumUdpServerOptions
{
    /// <summary>Where to receive; port 0 takes any free port. Default 127.0.0.1:5656. Each address gets a socket of its own.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; init; } = [new IPEndPoint(IPAddress.Loopback, 5656)];

    /// <summary>Sockets that are bound already, which the server takes over instead of <see cref="EndPoints"/>: from a service manager,
    /// which keeps them open while the server restarts. Default none.</summary>
    public IReadOnlyList<Socket> Sockets { get; init; } = [];

    /// <summary>The server ends when no datagram came for this long. Default none; the original Go server ended after 30 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The longest time for which a request may have its answer held back (<c>Delay</c>), 0 to 24 h; one that asks for more is
    /// dropped. Default 1 h; 0 allows none.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many answers may be held back at a time, at least 0; further requests for that are dropped. Default 1,000.</summary>
    public int MaxDelayed { get; init; } = 1000;

    /// <summary>Whether a client that asks (<c>Path</c>) gets a report of which address and port its request came from. Default
    /// true.</summary>
    public bool ReportsPath { get; init; } = true;

    /// <summary>What sees the program's datagrams; null for nothing.</summary>
    internal ISocketObserver? Observer { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfZero(EndPoints.Count + Sockets.Count, nameof(EndPoints));
        OptionRange.ThrowUnlessTimeout(IdleTimeout, nameof(IdleTimeout));
        OptionRange.ThrowUnlessDelay(MaxDelay, nameof(MaxDelay));
        OptionRange.ThrowUnlessBetween(MaxDelayed, 0, int.MaxValue, nameof(MaxDelayed));
    }
}
