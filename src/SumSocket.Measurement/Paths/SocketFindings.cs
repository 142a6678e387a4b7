using System.Globalization;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Paths;

/// <summary>The options that sockets really have, and what follows from them.</summary>
internal static class SocketFindings
{
    private static readonly TimeSpan _late = TimeSpan.FromMinutes(30);

    public static IEnumerable<PathFinding> Of(TcpPathObservations seen)
    {
        EffectiveOptions options = seen.Options!;
        yield return Ours(options, seen.Tcp);
        TimeSpan rto = seen.Tcp?.RetransmitTimeout ?? TimeSpan.Zero;
        yield return Prediction("dead_server", "we", "a dead server", DeadPeerPrediction.Of(options, rto), 80);
        if (Theirs(seen) is not { } theirs)
            yield break;
        yield return new PathFinding(
            "server_socket", "read",
            $"keep-alive {KeepAliveText(theirs.Settings.KeepAlive)}, user time-out {UserTimeout(theirs.Settings)}, "
            + $"MSS {seen.Report!.Mss}, PMTU {seen.Report.Pmtu}, retransmits {seen.Report.Retransmits}")
        {
            Evidence =
            [
                ("keep_alive", KeepAliveText(theirs.Settings.KeepAlive)), ("user_timeout_ms", seen.Report.UserTimeoutMs),
                ("read_timeout_ms", seen.Report.ReadTimeoutMs), ("max_lifetime_ms", seen.Report.MaxLifetimeMs),
                ("mss_bytes", seen.Report.Mss), ("path_mtu_bytes", seen.Report.Pmtu), ("retransmits", seen.Report.Retransmits),
            ],
        };
        TimeSpan rtt = TimeSpan.FromMicroseconds(seen.Report.RttUs ?? 0);
        yield return Prediction("dead_client", "the server", "a dead client", DeadPeerPrediction.Of(theirs, 2 * rtt), 20);
    }

    private static PathFinding Ours(EffectiveOptions options, TcpDetails? tcp)
    {
        string scale = tcp is { SendWindowScale: { } sending, ReceiveWindowScale: { } receiving }
            ? string.Create(CultureInfo.InvariantCulture, $"{sending}/{receiving}") : "none";
        return new PathFinding(
            "socket", "read",
            $"no-delay {(options.NoDelay ? "on" : "off")}, keep-alive {KeepAliveText(options.Settings.KeepAlive)}, "
            + $"user time-out {UserTimeout(options.Settings)}, buffers {PathText.Bytes(options.SendBuffer)} to send and "
            + $"{PathText.Bytes(options.ReceiveBuffer)} to receive, MSS {tcp?.Path.SegmentSize}, PMTU {tcp?.Path.PathMtu}, "
            + $"window scale {scale}, {options.CongestionControl ?? "congestion control not known"}")
        {
            Evidence =
            [
                ("no_delay", options.NoDelay), ("keep_alive", KeepAliveText(options.Settings.KeepAlive)),
                ("user_timeout_ms", PathText.Milliseconds(options.Settings.UserTimeout)), ("send_buffer_bytes", (long)options.SendBuffer),
                ("receive_buffer_bytes", (long)options.ReceiveBuffer), ("mss_bytes", (long?)tcp?.Path.SegmentSize),
                ("announced_mss_bytes", (long?)tcp?.AnnouncedSegmentSize), ("received_mss_bytes", (long?)tcp?.ReceivedSegmentSize),
                ("path_mtu_bytes", (long?)tcp?.Path.PathMtu), ("send_window_scale", (long?)tcp?.SendWindowScale),
                ("receive_window_scale", (long?)tcp?.ReceiveWindowScale), ("congestion_control", options.CongestionControl),
                ("retransmission_timeout_ms", PathText.Milliseconds(tcp?.RetransmitTimeout)), ("tcp_retries2", (long)options.Retries),
            ],
            Weight = 45,
            Advice = options.NoDelay ? null : "TCP_NODELAY is off: small requests may wait for the acknowledgement of those before.",
        };
    }

    private static PathFinding Prediction(string check, string who, string whom, DeadPeerPrediction prediction, int weight)
    {
        bool isNever = prediction.Idle is null, isLate = prediction.Worst > _late;
        return new PathFinding(
            check, isNever ? "never" : isLate ? "late" : "in_time",
            $"{who} notice{(who == "we" ? "" : "s")} {whom} after {PathText.TimeOrNever(prediction.Idle)} idle, "
            + $"{PathText.Time(prediction.InFlight)} with bytes in flight, {PathText.TimeOrNever(prediction.Worst)} at worst "
            + "(when nothing comes in either direction; timers end up to 1/8 late)")
        {
            Evidence =
            [
                ("idle_ms", PathText.Milliseconds(prediction.Idle)), ("in_flight_ms", PathText.Milliseconds(prediction.InFlight)),
                ("worst_ms", PathText.Milliseconds(prediction.Worst)),
            ],
            Weight = weight,
            Advice = isNever ? $"On an idle connection {whom} is never noticed: turn keep-alive on."
                : isLate ? $"It takes {PathText.TimeOrNever(prediction.Worst)} at worst until {whom} is noticed: "
                    + "set a user time-out and a shorter keep-alive."
                : null,
        };
    }

    /// <summary>The server's, as it reports them.</summary>
    private static EffectiveOptions? Theirs(TcpPathObservations seen)
    {
        if (seen.Report is not { KeepAlive: { } text } report)
            return null;
        TimeSpan? userTimeout = report.UserTimeoutMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
        return new EffectiveOptions(new TcpSettings(ReadKeepAlive(text), userTimeout), NoDelay: true, 0, 0);
    }

    /// <summary>Reads <c>15s/15s/9</c>, whole seconds with or without minutes and hours.</summary>
    internal static KeepAlive? ReadKeepAlive(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 3 && ReadSpan(parts[0]) is { } idle && ReadSpan(parts[1]) is { } interval
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int probes)
            ? new KeepAlive(idle, interval, probes) : null;
    }

    private const int MostInOption = 1_000_000; // the server's text is not trusted

    private static TimeSpan? ReadSpan(string text)
    {
        TimeSpan all = TimeSpan.Zero;
        int number = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                number = Math.Min(10 * number + (c - '0'), MostInOption);
                continue;
            }

            all += c switch
            {
                's' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                _ => TimeSpan.Zero,
            };
            number = 0;
        }

        return all > TimeSpan.Zero ? all : null;
    }

    private static string KeepAliveText(KeepAlive? keepAlive) => keepAlive is null ? "none" : string.Create(
        CultureInfo.InvariantCulture,
        $"{keepAlive.Idle.TotalSeconds:0}s/{keepAlive.Interval.TotalSeconds:0}s/{keepAlive.Probes}");

    private static string UserTimeout(TcpSettings settings) => settings.UserTimeout switch
    {
        null => "not known",
        { Ticks: 0 } => "none",
        { } time => PathText.Time(time),
    };
}
