using System.Net;
using System.Net.Sockets;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Paths;

/// <summary>What a run over UDP has seen. Null is what it did not get to.</summary>
internal sealed record UdpPathObservations
{
    public required string Target { get; init; }

    /// <summary>Why no datagram could be sent; null when they could.</summary>
    public string? Failure { get; init; }

    public IPEndPoint? Remote { get; init; }

    public IPEndPoint? Local { get; init; }

    /// <summary>The first that was answered, or the last when none was.</summary>
    public UdpProbeResult? First { get; init; }

    public TimeSpan? BestTime { get; init; }

    /// <summary>Bytes of the longest datagram that was answered and must not be fragmented; 0 for none.</summary>
    public int? LongestWhole { get; init; }

    /// <summary>The same of those that may be; null when the others all were answered.</summary>
    public int? LongestInFragments { get; init; }

    /// <summary>What the kernel takes for the path's MTU.</summary>
    public int? PathMtu { get; init; }

    public bool IsInterrupted { get; init; }
}

/// <summary>Examines the path to a server over UDP.</summary>
internal sealed class UdpPathRun(string target, string host, int port, TimeSpan timeout, TimeProvider clock)
{
    private const int Tries = 3;
    private const int RoomForReport = 200;

    private static readonly int[] _lengths = [64, 256, 508, 548, 700, 850, 1000, 1100, 1172, ProtocolLimits.MaxDatagramLength];
    private static readonly TimeSpan _longestPatience = TimeSpan.FromMilliseconds(700);

    private readonly TimeSpan _patience =
        timeout != Timeout.InfiniteTimeSpan && timeout < _longestPatience ? timeout : _longestPatience;
    private int _number;

    /// <summary>What sees the sockets; null for nothing.</summary>
    public ISocketObserver? Observer { get; init; }

    /// <summary>What is known by now; may be read at any time and from any thread.</summary>
    public UdpPathObservations Seen { get; private set; } = new() { Target = target };

    /// <summary>Runs to the end, or to the stop, and returns what is known then.</summary>
    public async Task<UdpPathObservations> RunAsync(CancellationToken stop)
    {
        try
        {
            (UdpProbe? opened, string reason) = await UdpProbe.OpenAsync(host, port, Observer, clock, stop).ConfigureAwait(false);
            if (opened is not { } probe)
                return Seen = Seen with { Failure = reason };
            using (probe)
            {
                Seen = Seen with { Remote = probe.RemoteEndPoint, Local = probe.LocalEndPoint };
                UdpProbeResult first = await AskAsync(
                    probe, RoomForReport, new RequestProbe(Path: new PathQuery(IsAsked: true)), stop).ConfigureAwait(false);
                Seen = Seen with { First = first, BestTime = first.IsAnswered ? first.Time : null };
                if (!first.IsAnswered)
                    return Seen;
                bool isWhole = probe.TrySetFragmentation(allowed: false);
                (int longest, TimeSpan best) = await LongestAsync(probe, 0, stop).ConfigureAwait(false);
                Seen = Seen with
                {
                    LongestWhole = isWhole ? longest : null,
                    BestTime = best < Seen.BestTime ? best : Seen.BestTime,
                    PathMtu = probe.PathMtu,
                };
                if (longest == _lengths[^1] && isWhole)
                    return Seen;
                probe.TrySetFragmentation(allowed: true);
                (longest, _) = await LongestAsync(probe, isWhole ? longest : 0, stop).ConfigureAwait(false);
                return Seen = Seen with { LongestInFragments = longest };
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Seen = Seen with { IsInterrupted = true };
        }
    }

    private async Task<(int Length, TimeSpan BestTime)> LongestAsync(UdpProbe probe, int longest, CancellationToken stop)
    {
        TimeSpan best = TimeSpan.MaxValue;
        foreach (int length in _lengths.Where(length => length > longest))
        {
            UdpProbeResult result = await AskAsync(probe, length, default, stop).ConfigureAwait(false);
            if (!result.IsAnswered)
                break;
            best = result.Time < best ? result.Time : best;
            longest = length;
        }

        return (longest, best);
    }

    /// <summary>Asks until it is answered, or the kernel says that it is too long.</summary>
    private async Task<UdpProbeResult> AskAsync(UdpProbe probe, int length, RequestProbe what, CancellationToken stop)
    {
        UdpProbeResult result = new();
        for (int i = 0; i < Tries && !result.IsAnswered && result.Error != SocketError.MessageSize; i++)
            result = await probe.AskAsync(++_number, length, what, _patience, stop).ConfigureAwait(false);
        return result;
    }
}
