namespace SumSocket.Server.Tcp.Connection;

/// <summary>A span of time that is different for each connection, evenly spread and always the same for one. It follows from the
/// connection's number, so that no connection has to store it.</summary>
/// <param name="least">The shortest, in the units of the server's clock; <see cref="SuspendAwareClock.Never"/> for none at all.</param>
/// <param name="width">How much longer than that the longest is.</param>
internal readonly struct ConnectionSpread(long least, double width)
{
    // 2^64 divided by the golden ratio: multiples of it, modulo 2^64, lie evenly however many there are.
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    /// <summary>Around <paramref name="middle"/>, by a share of it.</summary>
    public static ConnectionSpread Around(long middle, double share) => middle == SuspendAwareClock.Never
        ? new ConnectionSpread(middle, 0)
        : new ConnectionSpread((long)(middle * (1 - share)), middle * share * 2);

    /// <summary>From 0 to <paramref name="longest"/>.</summary>
    public static ConnectionSpread UpTo(long longest) => new(0, longest);

    /// <summary>The span of the connection with this number.</summary>
    public long Of(long id) => width == 0 ? least : least + (long)(width * (((ulong)id * GoldenRatio) >> 11) / (1UL << 53));
}
