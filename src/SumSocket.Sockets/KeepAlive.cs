namespace SumSocket.Sockets;

/// <summary>
/// TCP keep-alive: after <paramref name="Idle"/> without traffic the kernel probes every <paramref name="Interval"/>, and gives the
/// connection up after <paramref name="Probes"/> probes without an answer (RFC 9293, section 3.8.4).
/// </summary>
/// <param name="Idle">Silence before the first probe, 1 s to 32,767 s in whole seconds, which is what the kernel takes.</param>
/// <param name="Interval">Time between probes, 1 s to 32,767 s in whole seconds.</param>
/// <param name="Probes">How many unanswered probes end the connection, 1 to 127.</param>
public sealed record KeepAlive(TimeSpan Idle, TimeSpan Interval, int Probes)
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(32_767); // MAX_TCP_KEEPIDLE, linux/tcp.h
    private const int MostProbes = 127; // MAX_TCP_KEEPCNT

    /// <summary>Silence before the first probe.</summary>
    public TimeSpan Idle { get; init => field = WholeSeconds(value, nameof(Idle)); } = WholeSeconds(Idle, nameof(Idle));

    /// <summary>Time between probes.</summary>
    public TimeSpan Interval { get; init => field = WholeSeconds(value, nameof(Interval)); } = WholeSeconds(Interval, nameof(Interval));

    /// <summary>How many unanswered probes end the connection.</summary>
    public int Probes { get; init => field = Countable(value, nameof(Probes)); } = Countable(Probes, nameof(Probes));

    /// <summary>15 s, 15 s, 9: a silent peer is gone after two and a half minutes instead of the two hours of a Linux default.</summary>
    public static KeepAlive Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15), 9);

    private static TimeSpan WholeSeconds(TimeSpan value, string name) =>
        value.Ticks % TimeSpan.TicksPerSecond == 0 && value >= TimeSpan.FromSeconds(1) && value <= _longest
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A keep-alive time is 1 s to 32,767 s in whole seconds.");

    private static int Countable(int value, string name) => value is >= 1 and <= MostProbes
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "Keep-alive probes are 1 to 127.");
}
