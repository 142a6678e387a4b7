using System.Globalization;
using System.Net.Sockets;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Paths;

/// <summary>What a run over UDP has found. Pure functions of what was seen.</summary>
internal static class UdpPathFindings
{
    public static IReadOnlyList<PathFinding> Of(UdpPathObservations seen)
    {
        List<PathFinding> all = [Server(seen)];
        if (Addresses(seen) is { } addresses)
            all.Add(addresses);
        if (Datagrams(seen) is { } datagrams)
            all.Add(datagrams);
        return all;
    }

    /// <summary>What is being examined, in a line.</summary>
    public static string Now(UdpPathObservations seen) => seen.First is { IsAnswered: true } first
        ? $"first answer {PathText.Time(first.Time)}, sending datagrams of growing length"
        : "waiting for the first answer";

    public static IReadOnlyList<string> Verdict(UdpPathObservations seen, IReadOnlyList<PathFinding> findings) => PathFinding.Verdict(
        findings,
        seen.IsInterrupted ? "Stopped before all was examined; nothing wrong was found so far."
        : seen.First?.Path is null ? "Datagrams of every allowed length are answered; the server does not say which address it sees."
        : "The path is direct: the server sees our own address, and datagrams of every allowed length are answered.");

    private static PathFinding Server(UdpPathObservations seen)
    {
        string? failure = seen.Failure ?? seen.First switch
        {
            null => "stopped before an answer came",
            { IsAnswered: true } => null,
            { Error: var error } when SocketErrors.IsPortUnreachable(error) => "no process listens there (ICMP port unreachable)",
            { Error: SocketError.TimedOut } => "no answer",
            { Error: var error } => SocketErrors.Describe(error),
        };
        if (failure is not null)
        {
            return new PathFinding("server", "unreachable", $"{seen.Target}: {failure}")
            {
                Evidence = [("remote", seen.Remote?.ToString()), ("local", seen.Local?.ToString()), ("reason", failure)],
                Advice = $"Nothing answers at {seen.Target}: {failure}.",
                Weight = 100,
            };
        }

        string reports = seen.First!.Path is null ? "" : " and reports the path";
        return new PathFinding(
            "server", seen.First.Path is null ? "plain" : "reports",
            $"{seen.Remote} answers{reports}, best time {PathText.Time(seen.BestTime!.Value)}")
        {
            Evidence =
            [
                ("remote", seen.Remote?.ToString()), ("local", seen.Local?.ToString()),
                ("first_ms", PathText.Milliseconds(seen.First.Time)), ("best_answer_ms", PathText.Milliseconds(seen.BestTime)),
            ],
        };
    }

    private static PathFinding? Addresses(UdpPathObservations seen)
    {
        if (seen.First?.Path?.Peer is not { } peer || seen.Local is not { } local)
            return null;
        bool isSame = local.Equals(PathText.EndPoint(peer));
        return new PathFinding(
            "addresses", isSame ? "same" : "translated",
            isSame ? $"the server sees our own address, {peer}" : $"we are {local}; the server sees {peer}")
        {
            Evidence = [("local", local.ToString()), ("peer_seen", peer)],
            Weight = 60,
            Advice = isSame ? null
                : "A NAT or a proxy is in between: it forgets silent UDP flows, on Linux after 30 s, so send something more often.",
        };
    }

    private static PathFinding? Datagrams(UdpPathObservations seen)
    {
        if (seen.LongestWhole is null && seen.LongestInFragments is null)
            return null;
        int longest = Math.Max(seen.LongestWhole ?? 0, seen.LongestInFragments ?? 0);
        string mtu = seen.PathMtu is { } known ? string.Create(CultureInfo.InvariantCulture, $"; path MTU {known}") : "";
        bool isAll = longest == ProtocolLimits.MaxDatagramLength;
        (string result, string text) = (seen.LongestWhole, isAll) switch
        {
            (ProtocolLimits.MaxDatagramLength, _) => ("whole", "up to 1200 bytes, the longest allowed, are answered with Don't-Fragment"),
            (null, _) => ("unknown", $"up to {longest} bytes are answered; whether in fragments cannot be set here"),
            (var whole, true) => ("fragments", $"up to {whole} bytes are answered with Don't-Fragment, up to {longest} in fragments"),
            (var whole, false) => ("limited", $"up to {whole} bytes are answered with Don't-Fragment, {longest} in fragments, none beyond"),
        };
        return new PathFinding("datagrams", result, text + mtu)
        {
            Evidence =
            [
                ("longest_whole_bytes", (long?)seen.LongestWhole), ("longest_in_fragments_bytes", (long?)seen.LongestInFragments),
                ("path_mtu_bytes", (long?)seen.PathMtu),
            ],
            Weight = 50,
            Advice = result switch
            {
                "limited" => $"Datagrams of more than {longest} bytes do not get through, not even in fragments: keep requests shorter.",
                "fragments" => $"Datagrams of more than {seen.LongestWhole} bytes pass in fragments only: many firewalls drop these.",
                _ => null,
            },
        };
    }
}
