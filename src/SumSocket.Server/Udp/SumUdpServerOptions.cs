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

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfZero(EndPoints.Count + Sockets.Count, nameof(EndPoints));
        OptionRange.ThrowUnlessTimeout(IdleTimeout, nameof(IdleTimeout));
    }
}
