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
    /// <summary>15 s, 15 s, 9: a silent peer is gone after two and a half minutes instead of the two hours of a Linux default.</summary>
    public static KeepAlive Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15), 9);
}
