using System.Globalization;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Paths;

/// <summary>What stands between two ends.</summary>
internal enum PathKind
{
    /// <summary>The server does not say enough.</summary>
    Unknown,

    /// <summary>The same addresses on both ends, and nothing that shows a proxy.</summary>
    Direct,

    /// <summary>Other addresses, and nothing that shows a proxy.</summary>
    Nat,

    /// <summary>Something ends the TCP connection and makes another one to the server.</summary>
    Proxy,
}

/// <summary>Where the TCP connection ends, and what shows it.</summary>
/// <param name="Kind">What stands between.</param>
/// <param name="Signs">What shows a proxy.</param>
internal sealed record PathTerminator(PathKind Kind, IReadOnlyList<string> Signs)
{
    private const long MostOfTwoKernels = 1024 * 1024;

    public static PathTerminator Of(TcpPathObservations seen)
    {
        List<string> signs = [.. Found(seen)];
        if (signs.Count > 0)
            return new PathTerminator(PathKind.Proxy, signs);
        if (seen.Report?.Peer is not { } peer || seen.Local is not { } local)
            return new PathTerminator(PathKind.Unknown, signs);
        return new PathTerminator(local.Equals(PathText.EndPoint(peer)) ? PathKind.Direct : PathKind.Nat, signs);
    }

    public PathFinding Finding(TcpPathObservations seen)
    {
        TcpInfo? path = seen.Tcp?.Path;
        string times = path is { RoundTrip: var rtt } && seen.BestTime is { } best
            ? $"best answer {PathText.Time(best)}, RTT {PathText.Time(rtt)}" : "";
        string text = Kind switch
        {
            PathKind.Proxy => $"a proxy ends the TCP connection: {string.Join("; ", Signs)}",
            PathKind.Direct => "the server itself",
            PathKind.Nat => "the server itself, as far as can be seen: addresses are translated, TCP is not",
            _ => "not known: the server reports nothing of its side",
        };
        return new PathFinding("tcp_end", Kind.ToString().ToLowerInvariant(), times.Length == 0 ? text : $"{text} ({times})")
        {
            Evidence =
            [
                ("connect_ms", PathText.Milliseconds(seen.Attempt?.Time)), ("rtt_ms", PathText.Milliseconds(path?.RoundTrip)),
                ("best_answer_ms", PathText.Milliseconds(seen.BestTime)),
                ("server_rtt_ms", seen.Report?.RttUs is { } us ? us / 1000.0 : null),
                ("mss_bytes", (long?)path?.SegmentSize), ("server_mss_bytes", seen.Report?.Mss),
                ("path_mtu_bytes", (long?)path?.PathMtu), ("server_path_mtu_bytes", seen.Report?.Pmtu),
                ("signs", string.Join("; ", Signs)),
            ],
            Weight = 60,
            Advice = Kind switch
            {
                PathKind.Proxy => "A proxy ends the TCP connection: keep-alive probes stop at it, so only requests, sent more often than its "
                    + "idle limit, keep a connection through it alive.",
                PathKind.Nat => "A NAT is in between: it forgets silent connections, so keep TCP keep-alive below its limit.",
                _ => null,
            },
        };
    }

    private static IEnumerable<string> Found(TcpPathObservations seen)
    {
        if (seen.Report is not { } report)
            yield break;
        if (report.Proxy is not null && !seen.SendsProxy)
            yield return "it sends a PROXY header";
        if (seen.HalfClose?.Any(one => !one.Result.IsSum && one.Result.IsEnd) == true)
            yield return "a half-close is cut";
        if (seen.Reset is { Ended: not (null or "peer_reset") } reset)
            yield return $"our reset reached the server as {reset.Ended}";
        if (seen.Buffers?.Acknowledged is > MostOfTwoKernels and var bytes)
            yield return $"{PathText.Bytes(bytes)} were acknowledged while the server read nothing";
        if (seen.Attempt?.Tls is not null && report.Tls is null)
            yield return "our TLS does not end at the server";
        if (seen.Attempt is { Tls: null } && report.Tls is not null)
            yield return "the server has TLS and we have not";
        if (OtherRoundTrip(seen) is { } roundTrips)
            yield return roundTrips;
    }

    /// <summary>Two connections in a row have round-trip times of their own, and an answer takes both.</summary>
    private static string? OtherRoundTrip(TcpPathObservations seen)
    {
        if (seen.Tcp?.Path.RoundTrip is not { } ours || seen.Report?.RttUs is not { } us || seen.BestTime is not { } best)
            return null;
        TimeSpan theirs = TimeSpan.FromMicroseconds(us);
        (TimeSpan shorter, TimeSpan longer) = ours < theirs ? (ours, theirs) : (theirs, ours);
        bool isOther = longer > 3 * shorter && longer - shorter > TimeSpan.FromMilliseconds(3) && best > 0.8 * longer
            && (theirs > ours || best > 3 * ours);
        return isOther
            ? string.Create(CultureInfo.InvariantCulture, $"our RTT is {PathText.Time(ours)}, the server's {PathText.Time(theirs)}")
            : null;
    }
}
