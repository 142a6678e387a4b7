using System.Globalization;
using System.Text;
using SumSocket.Client.Tcp;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Paths;

/// <summary>What a run over TCP has found, each thing with its evidence. Pure functions of what was seen.</summary>
internal static class TcpPathFindings
{
    private const string LongSegmentsAreLost =
        "Short requests pass and long segments do not: most likely a link on the way takes only shorter packets, and the ICMP that says so "
        + "is dropped. Let it pass, clamp the MSS there, or set net.ipv4.tcp_mtu_probing to 1 here.";

    public static IReadOnlyList<PathFinding> Of(TcpPathObservations seen)
    {
        List<PathFinding> all = [Connect(seen)];
        if (seen.First is { IsSum: true })
        {
            PathTerminator terminator = PathTerminator.Of(seen);
            all.Add(Server(seen));
            if (Addresses(seen) is { } addresses)
                all.Add(addresses);
            all.Add(terminator.Finding(seen));
            all.AddRange(new[] { HalfClose(seen), Buffers(seen, terminator), Reset(seen) }.OfType<PathFinding>());
        }
        else if (seen.First is not null)
        {
            all.Add(Server(seen));
        }

        if (seen.Options is not null)
            all.AddRange(SocketFindings.Of(seen));
        if (seen.Attempt?.Tls is not null)
            all.Add(TlsFindings.Of(seen));
        return all;
    }

    /// <summary>What is being examined, in a line.</summary>
    public static string Now(TcpPathObservations seen) => seen switch
    {
        { Attempt: null } => "connecting",
        { First: null } => "connected, waiting for the first answer",
        { FirstTime: var time } => $"first answer {PathText.Time(time)}, examining half-close, buffers and reset",
    };

    /// <summary>The sentences to end with.</summary>
    public static IReadOnlyList<string> Verdict(TcpPathObservations seen, IReadOnlyList<PathFinding> findings)
    {
        string nothing = seen.IsInterrupted ? "Stopped before all was examined; nothing wrong was found so far."
            : seen.Report is null ? "The server answers, but reports nothing of its side: only what this side sees was examined."
            : "The path is direct: nothing on it changes addresses, ends TCP or holds data back.";
        return PathFinding.Verdict(findings, nothing);
    }

    private static PathFinding Connect(TcpPathObservations seen)
    {
        if (seen.Attempt is not { } attempt)
            return new PathFinding("connect", "unknown", "stopped before the connection was made");
        if (!attempt.Result.IsConnected)
        {
            return new PathFinding("connect", "failed", $"cannot connect to {seen.Target}: {attempt.Reason}")
            {
                Evidence = [("remote", attempt.EndPoint?.ToString()), ("reason", attempt.Reason), ("time_ms", Ms(attempt.Time))],
                Advice = $"There was no connection to {seen.Target}: {attempt.Reason}.",
                Weight = 100,
            };
        }

        string tls = attempt.Tls is null ? "" : $", TLS {PathText.Time(attempt.HandshakeTime)}";
        return new PathFinding("connect", "connected", $"connected to {attempt.EndPoint} in {PathText.Time(attempt.Time)}{tls}")
        {
            Evidence =
            [
                ("remote", attempt.EndPoint?.ToString()), ("local", seen.Local?.ToString()), ("time_ms", Ms(attempt.Time)),
                ("tls_handshake_ms", attempt.Tls is null ? null : Ms(attempt.HandshakeTime)),
            ],
        };
    }

    /// <summary>What answers: and if that is nothing, whether something accepts for a server that is not there.</summary>
    private static PathFinding Server(TcpPathObservations seen)
    {
        ProbeResult first = seen.First!;
        (string, object?)[] evidence = [("first_ms", Ms(seen.FirstTime)), ("outcome", first.Describe())];
        switch (first.Outcome)
        {
            case ProbeOutcome.Answered when first.Response.IsError:
                return new PathFinding("server", "refuses", $"answers, but refuses: {first.Describe()}")
                {
                    Evidence = evidence,
                    Weight = 90,
                    Advice = $"The server answers but refuses: {first.Describe()}.",
                };
            case ProbeOutcome.Answered:
                string knows = seen.Report is null ? "a sum server that reports nothing of the path" : "a sum server that reports the path";
                return new PathFinding(
                    "server", seen.Report is null ? "plain" : "reports", $"{knows}; first answer {PathText.Time(seen.FirstTime)}")
                {
                    Evidence = evidence,
                };
            case ProbeOutcome.Foreign:
                string bytes = Encoding.Latin1.GetString(first.FirstBytes.Span);
                string name = new FirstBytes(first.FirstBytes.Span).Name;
                return new PathFinding("server", "foreign", $"no sum server: it speaks {name}")
                {
                    Evidence = [.. evidence, ("first_bytes", bytes)],
                    Weight = 95,
                    Advice = $"What listens there speaks {name}, no sums: give another port{(name == "TLS" ? ", or --tls" : "")}.",
                };
            case ProbeOutcome.NoAnswer:
                return new PathFinding("server", "silent", $"accepted, but no byte came in {PathText.Time(seen.FirstTime)}")
                {
                    Evidence = evidence,
                    Weight = 95,
                    Advice = "The connection was accepted and no byte came: the process is frozen or no sum server, "
                        + "or something accepts for a server that is not reachable.",
                };
            default:
                return new PathFinding(
                    "server", "false_accept", $"accepted, then {first.Describe()} without a byte after {PathText.Time(seen.FirstTime)}")
                {
                    Evidence = evidence,
                    Weight = 95,
                    Advice = $"Something accepted the connection and then ended it without a byte ({first.Describe()} after "
                        + $"{PathText.Time(seen.FirstTime)}): most likely a proxy whose server is down.",
                };
        }
    }

    private static PathFinding? Addresses(TcpPathObservations seen)
    {
        if (seen.Report is not { Peer: { } peer } report || seen.Local is not { } local)
            return null;
        (string, object?)[] evidence =
        [
            ("local", local.ToString()), ("peer_seen", peer), ("server_local", report.Local), ("proxy_header", report.Proxy),
        ];
        if (report.Proxy is { } source && !seen.SendsProxy)
        {
            string real = local.Equals(PathText.EndPoint(source)) ? "which is ours" : "which is that of a NAT before it";
            return new PathFinding("addresses", "proxy", $"the server sees {peer}; the PROXY header names {source}, {real}")
            {
                Evidence = evidence,
            };
        }

        return local.Equals(PathText.EndPoint(peer))
            ? new PathFinding("addresses", "same", $"the server sees our own address, {peer}") { Evidence = evidence }
            : new PathFinding("addresses", "translated", $"we are {local}; the server sees {peer}") { Evidence = evidence };
    }

    private static PathFinding? HalfClose(TcpPathObservations seen)
    {
        // An error came back, so the path did its part: the server allows no such delay, or has no place for another connection.
        HalfCloseTry[] tries = [.. (seen.HalfClose ?? []).Where(one => one.Result.Outcome != ProbeOutcome.Answered || one.Result.IsSum)];
        if (tries.Length == 0)
            return null;
        IReadOnlyList<HalfCloseTry> good = [.. tries.Where(one => one.Result.IsSum)];
        IReadOnlyList<HalfCloseTry> bad = [.. tries.Where(one => !one.Result.IsSum)];
        (string, object?)[] evidence =
        [
            ("answered_delays_ms", string.Join(' ', good.Select(one => Ms(one.Delay)))),
            ("lost_delays_ms", string.Join(' ', bad.Select(one => Ms(one.Delay)))),
            ("cut_after_ms", bad.Count == 0 ? null : Ms(bad.Min(one => one.After))),
        ];
        if (bad.Count == 0)
        {
            string up = seen.Report is null ? "at once" : $"up to {PathText.Time(good.Max(one => one.Delay))} later";
            return new PathFinding("half_close", "passes", $"answers still come after we end our side, {up}") { Evidence = evidence };
        }

        HalfCloseTry first = bad.MinBy(one => one.Delay)!;
        string end = $"{first.Result.Describe()} after {PathText.Time(first.After)}";
        bool isPartly = good.Count > 0;
        return new PathFinding(
            "half_close", isPartly ? "limited" : "broken",
            isPartly
                ? $"answers come up to {PathText.Time(good.Max(one => one.Delay))} after we end our side, later ones do not: {end}"
                : $"no answer comes after we end our side: {end}")
        {
            Evidence = evidence,
            Weight = 50,
            Advice = "A half-close is not passed on: take the last answer before ending the sending side.",
        };
    }

    private static PathFinding? Buffers(TcpPathObservations seen, PathTerminator terminator)
    {
        if (seen.Buffers is not { } buffers)
            return null;
        string size = $"{PathText.Bytes(buffers.Taken)} ({new Counted(buffers.Requests, "request")})";
        string text = buffers.End is { } end ? $"{size} were taken, then the connection ended: {end.Describe()}"
            : buffers.IsStuck ? $"{size} are taken, and none of them arrives: the first segment was sent again and never acknowledged"
            : buffers.IsFull
                ? $"{size} are taken before the path pushes back, {Acknowledged(buffers)} of them acknowledged{Mtu(seen, buffers)}"
            : $"{size} were taken and more would be: gave up";
        bool isMuch = buffers.Acknowledged > PathTerminator.MostOfTwoKernels;
        string result = buffers.End is not null ? "ended" : buffers.IsStuck ? "stuck" : buffers.IsFull ? "full" : "gave_up";
        return new PathFinding("buffers", result, text)
        {
            Evidence =
            [
                ("taken_bytes", buffers.Taken), ("acknowledged_bytes", buffers.Acknowledged), ("requests", buffers.Requests),
                ("path_mtu_bytes", (long?)buffers.Path?.PathMtu),
            ],
            Weight = buffers.IsStuck ? 85 : 30,
            Advice = buffers.IsStuck ? LongSegmentsAreLost : isMuch && terminator.Kind == PathKind.Proxy
                ? $"The proxy takes {PathText.Bytes(buffers.Acknowledged!.Value)} for a server that does not read: that much is "
                    + "lost without an error when it goes, so bound what is in flight."
                : null,
        };
    }

    /// <summary>A shorter MTU than that of the own link is known only once something long was sent.</summary>
    private static string Mtu(TcpPathObservations seen, BufferTry buffers) =>
        buffers.Path is { PathMtu: var mtu } && mtu < seen.Tcp?.Path.PathMtu
            ? string.Create(CultureInfo.InvariantCulture, $"; the path MTU is {mtu}") : "";

    private static string Acknowledged(BufferTry buffers) => buffers.Acknowledged is { } bytes ? PathText.Bytes(bytes) : "an unknown part";

    private static PathFinding? Reset(TcpPathObservations seen)
    {
        if (seen.Reset is not { } reset)
            return null;
        (string result, string text) = reset.Ended switch
        {
            null => ("lost", $"our reset did not reach the server within {PathText.Time(reset.After)}"),
            "peer_reset" => ("passes", $"our reset reaches the server as a reset, within {PathText.Time(reset.After)}"),
            _ => ("becomes_end", $"our reset reaches the server as {reset.Ended}, within {PathText.Time(reset.After)}"),
        };
        return new PathFinding("reset", result, text)
        {
            Evidence = [("ended", reset.Ended), ("after_ms", Ms(reset.After))],
            Weight = 40,
            Advice = result switch
            {
                "lost" => "Resets do not reach the server: it keeps connections that ended here until its own time-outs.",
                "becomes_end" => "Resets become ends in order on the way, so an end in order proves nothing: count answers.",
                _ => null,
            },
        };
    }

    private static double? Ms(TimeSpan? time) => PathText.Milliseconds(time);
}
