namespace SumSocket.Sockets;

/// <summary>TCP keep-alive: after <paramref name="Idle"/> without traffic the kernel probes every <paramref name="Interval"/>, and gives
/// the connection up after <paramref name="Probes"/> probes without an answer (RFC 9293, section 3.8.4).</summary>
/// <param name="Idle">Silence before the first probe, 1 s to 32,767 s in whole seconds, which is what the kernel takes.</param>
/// <param name="Interval">Time between probes, 1 s to 32,767 s in whole seconds.</param>
/// <param name="Probes">How many unanswered probes end the connection, 1 to 127.</param>
public sealed record KeepAlive(TimeSpan Idle, TimeSpan Interval, int Probes)
{
    /// <summary>15 s, 15 s, 9: a silent peer is gone after two and a half minutes instead of the two hours of a Linux default.</summary>
    public static KeepAlive Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15), 9);

    private const int LongestSeconds = 32_767; // MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL, net/tcp.h
    private const int MostProbes = 127;        // MAX_TCP_KEEPCNT

    /// <summary>Whether the kernel takes all three values.</summary>
    public bool IsValid => AreSeconds(Idle) && AreSeconds(Interval) && Probes is >= 1 and <= MostProbes;

    /// <summary>Checks the three values against what the kernel takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        ThrowUnlessSeconds(Idle, "KeepAlive.Idle");
        ThrowUnlessSeconds(Interval, "KeepAlive.Interval");
        OptionRange.ThrowUnlessBetween(Probes, 1, MostProbes, "KeepAlive.Probes");
    }

    /// <summary>In whole seconds, since the kernel would take a fraction as fewer.</summary>
    private static bool AreSeconds(TimeSpan value) =>
        value.Ticks % TimeSpan.TicksPerSecond == 0 && value.TotalSeconds is >= 1 and <= LongestSeconds;

    private static void ThrowUnlessSeconds(TimeSpan value, string name)
    {
        if (!AreSeconds(value))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 to {LongestSeconds} whole seconds.");
    }
}
