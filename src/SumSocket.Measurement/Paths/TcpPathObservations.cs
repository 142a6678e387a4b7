using System.Net;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Paths;

/// <summary>What a run over TCP has seen. Null is what it did not get to, or what there is not.</summary>
internal sealed record TcpPathObservations
{
    /// <summary>The server as the user named it.</summary>
    public required string Target { get; init; }

    /// <summary>The attempt to connect.</summary>
    public ProbeAttempt? Attempt { get; init; }

    /// <summary>This side's address.</summary>
    public IPEndPoint? Local { get; init; }

    /// <summary>What came for the first request, and how long it took.</summary>
    public ProbeResult? First { get; init; }

    public TimeSpan FirstTime { get; init; }

    /// <summary>The shortest time to an answer.</summary>
    public TimeSpan? BestTime { get; init; }

    /// <summary>What the server sees.</summary>
    public PathReport? Report => First?.Path;

    public TcpDetails? Tcp { get; init; }

    public EffectiveOptions? Options { get; init; }

    /// <summary>Whether this side sends PROXY headers: what the server then reports as such is its own.</summary>
    public bool SendsProxy { get; init; }

    public IReadOnlyList<HalfCloseTry>? HalfClose { get; init; }

    public BufferTry? Buffers { get; init; }

    public ResetTry? Reset { get; init; }

    /// <summary>TLS of a second connection.</summary>
    public TlsReport? SecondTls { get; init; }

    /// <summary>Whether it was stopped before its end.</summary>
    public bool IsInterrupted { get; init; }
}

/// <summary>An answer asked for, and the sending side ended at once.</summary>
/// <param name="Delay">How long the server was to hold the answer back.</param>
/// <param name="Result">What came.</param>
/// <param name="After">When, from the end of the sending side.</param>
internal sealed record HalfCloseTry(TimeSpan Delay, ProbeResult Result, TimeSpan After)
{
    /// <summary>Whether the server held the answer back at all.</summary>
    public bool IsDelayed => After >= 0.9 * Delay;
}

/// <summary>Requests sent to a server that does not read, until no more are taken.</summary>
/// <param name="Taken">Bytes that the kernel has taken.</param>
/// <param name="Acknowledged">Bytes of them that have left this machine and were acknowledged.</param>
/// <param name="IsFull">Whether no more were taken at the end; else it gave up.</param>
/// <param name="End">How the connection ended meanwhile; null when it did not.</param>
internal sealed record BufferTry(long Taken, long? Acknowledged, bool IsFull, ProbeResult? End)
{
    /// <summary>Bytes of one request.</summary>
    public const int RequestLength = 14;

    public long Requests => Taken / RequestLength;

    /// <summary>What the kernel knew of the way then.</summary>
    public TcpInfo? Path { get; init; }

    /// <summary>Whether not even the first long segment was acknowledged, however often it was sent again.</summary>
    public bool IsStuck => IsFull && End is null && Path is { Retransmitted: > 0 } path && Acknowledged < path.SegmentSize;
}

/// <summary>A connection ended by a reset, and what the server made of it.</summary>
/// <param name="Ended">The server's word for it; null when the connection had not ended for the server.</param>
/// <param name="After">How long that took, or how long it was waited for.</param>
internal sealed record ResetTry(string? Ended, TimeSpan After);
