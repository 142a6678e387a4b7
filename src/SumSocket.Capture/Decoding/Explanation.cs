namespace SumSocket.Capture.Decoding;

/// <summary>Why a packet was sent.</summary>
internal enum Why : byte
{
    Connects,
    ConnectsAgain,
    Accepts,
    AcceptsAgain,
    CompletesHandshake,
    Data,
    Retransmits,
    RetransmitsEarly,
    FillsGap,
    Acknowledges,
    AcknowledgesEnd,
    DuplicateAck,
    KeepAliveProbe,
    AnswersProbe,
    WindowProbe,
    ClosesWindow,
    OpensWindow,
    Ends,
    EndsToo,
    EndsAgain,
    Refuses,
    ResetByProgram,
    ResetForUnread,
    ResetAfterClose,
    Resets,
    GivesUp,
    Datagram,
    Fragment,
    Report,
}

/// <summary>Why a segment was sent, and the figures that belong to it.</summary>
/// <param name="Why">The kind of reason.</param>
internal readonly record struct Explained(Why Why)
{
    /// <summary>Which of the two ends sent it: 0 is the client.</summary>
    public int Side { get; init; }

    /// <summary>Sequence and acknowledgement number, counted from the first of each side.</summary>
    public uint Relative { get; init; }

    public uint RelativeAck { get; init; }

    /// <summary>The window in bytes; -1 where its scale is not known.</summary>
    public long Window { get; init; }

    /// <summary>The number of the first message in it, from 1, and how many there are; 0 for none.</summary>
    public long FirstMessage { get; init; }

    /// <summary>Nanoseconds since what it repeats or answers; 0 for not known.</summary>
    public long Since { get; init; }

    /// <summary>Whether its sender sends TLS.</summary>
    public bool IsTls { get; init; }

    /// <summary>How often it was sent again, how many probes had no answer, how many duplicates there were, how many bytes are unread
    /// or acknowledged.</summary>
    public long Count { get; init; }

    /// <summary>Whether it is something else than requests, answers and their acknowledgements.</summary>
    public bool IsNotable => Why is not (Why.Data or Why.Acknowledges or Why.Datagram);
}

/// <summary>The words for it.</summary>
internal static class Explanation
{
    /// <summary>Why a segment was sent, in one line.</summary>
    public static string Words(in Segment segment, in Explained why) => why.Why switch
    {
        Why.Connects => $"handshake: asks to connect; {Announces(segment)}",
        Why.ConnectsAgain => $"handshake: asks again {After(why)}: no answer came",
        Why.Accepts => $"handshake: accepts; {Announces(segment)}",
        Why.AcceptsAgain => $"handshake: accepts again {After(why)}: nothing came back",
        Why.CompletesHandshake => "handshake: complete" + (segment.Length > 0 ? $", with {Data(segment, why)}" : ""),
        Why.Data => Data(segment, why) + Window(segment),
        Why.Retransmits => $"retransmission {After(why)}: no acknowledgement came",
        Why.RetransmitsEarly => $"fast retransmission {After(why)}: {why.Count} duplicate acknowledgements say that something is missing",
        Why.FillsGap => "comes late: an earlier segment is missing here, or this one was sent again",
        Why.Acknowledges => why.Count > 0 ? $"acknowledges {Bytes(why.Count)}" : "acknowledges nothing new",
        Why.AcknowledgesEnd => "acknowledges the end of the other side",
        Why.DuplicateAck => $"duplicate acknowledgement {why.Count}: " + (IsAlreadyThere(segment) ? "this came twice"
            : segment.Options.SackBlocks > 0 ? "something before the part it has (SACK) is missing" : "something is missing"),
        Why.KeepAliveProbe => $"keep-alive probe: one byte before the next{Silence(why)}",
        Why.AnswersProbe => "answers the probe: this end is alive" + (segment.Window == 0 ? ", and has no room yet" : ""),
        Why.WindowProbe => $"zero-window probe: is there room again? one byte before the next{Silence(why)}",
        Why.ClosesWindow => "zero window: its receive buffer is full, and the sender must wait" + (segment.Length > 0
            ? $"; with {Data(segment, why)}" : ""),
        Why.OpensWindow => $"window update: there is room again, for {Bytes(why.Window)}",
        Why.Ends => "FIN: ends its sending side, and may still receive" + Also(segment, why),
        Why.EndsToo => "FIN: ends its sending side too: both are closed" + Also(segment, why),
        Why.EndsAgain => $"FIN again {After(why)}: no acknowledgement came",
        Why.Refuses => "RST: refuses the connection: no process listens there",
        Why.ResetByProgram => "RST because the program asked for a reset instead of an end",
        Why.ResetForUnread => why.Count > 0
            ? $"RST because unread data was thrown away: {Bytes(why.Count)}"
            : "RST because unread data was thrown away, or the program asked for it: it had sent no FIN",
        Why.ResetAfterClose => "RST because data came for a socket that is closed",
        Why.Resets => "RST: the connection is unknown there, or was reset",
        Why.GivesUp => Invariant($"RST: gives up: {why.Count:#,##0} probe{(why.Count == 1 ? "" : "s")} had no answer"),
        Why.Datagram => (why.Side == 0 ? $"request {why.FirstMessage}" : $"answer {why.FirstMessage}")
            + (segment.MoreFragments ? ", the first part of its datagram" : ""),
        Why.Fragment => "a further part of a datagram that was too long for one packet",
        _ => Report(segment),
    };

    /// <summary>What it looks like: flags, numbers, length, options.</summary>
    public static string Look(in Segment segment, in Explained why)
    {
        if (segment.Carried == Carried.Icmp)
            return "ICMP";
        if (segment.Carried != Carried.Tcp)
            return Invariant($"UDP length {segment.Length}");
        string look = Invariant($"{Flags(segment.Flags)} seq {why.Relative}");
        if (segment.Has(TcpFlags.Ack))
            look += Invariant($" ack {why.RelativeAck}");
        if (segment.Length > 0)
            look += Invariant($" length {segment.Length}");
        look += why.Window >= 0 ? Invariant($" window {why.Window}") : Invariant($" window {segment.Window} unscaled");
        TcpOptions options = segment.Options;
        if (options.Mss > 0)
            look += Invariant($" MSS {options.Mss}");
        if (options.WindowScale >= 0)
            look += Invariant($" scale {options.WindowScale}");
        if (options.MaySack)
            look += " SACK permitted";
        if (options.SackBlocks > 0)
            look += Invariant($" SACK {options.SackEnd - options.SackStart} bytes");
        return options.HasTimestamp ? look + Invariant($" TS {options.Timestamp}/{options.Echo}") : look;
    }

    /// <summary>A span for people, from nanoseconds.</summary>
    public static string Time(long nanoseconds) => nanoseconds switch
    {
        < 1_000_000 => Invariant($"{nanoseconds / 1e3:0.#} µs"),
        < 1_000_000_000 => Invariant($"{nanoseconds / 1e6:0.###} ms"),
        _ => Invariant($"{nanoseconds / 1e9:#,##0.###} s"),
    };

    public static string Bytes(long count) => Invariant($"{count:#,##0} byte{(count == 1 ? "" : "s")}");

    private static string Flags(TcpFlags flags)
    {
        string text = "";
        foreach ((TcpFlags flag, string name) in ((TcpFlags, string)[])[
            (TcpFlags.Syn, "SYN"), (TcpFlags.Fin, "FIN"), (TcpFlags.Rst, "RST"), (TcpFlags.Psh, "PSH"), (TcpFlags.Ack, "ACK"),
            (TcpFlags.Urg, "URG"), (TcpFlags.Ece, "ECE"), (TcpFlags.Cwr, "CWR")])
        {
            if ((flags & flag) != 0)
                text += text.Length == 0 ? name : $" {name}";
        }

        return text.Length == 0 ? "no flags" : text;
    }

    private static string Announces(in Segment segment)
    {
        TcpOptions options = segment.Options;
        List<string> parts = [];
        if (options.Mss > 0)
            parts.Add(Invariant($"MSS {options.Mss}"));
        if (options.WindowScale >= 0)
            parts.Add(Invariant($"window scale {options.WindowScale}"));
        if (options.MaySack)
            parts.Add("SACK");
        if (options.HasTimestamp)
            parts.Add("time stamps");
        return parts.Count == 0 ? "announces no options" : $"announces {string.Join(", ", parts)}";
    }

    private static string Data(in Segment segment, in Explained why)
    {
        string noun = why.Side == 0 ? "request" : "answer";
        return segment.First switch
        {
            FirstBytesKind.TlsHandshake => "TLS handshake",
            FirstBytesKind.TlsAlert => "TLS alert",
            FirstBytesKind.TlsData => "TLS records with data, encrypted",
            FirstBytesKind.TlsOther => "TLS records",
            _ when why.IsTls => "TLS records, continued",
            FirstBytesKind.ProxyHeader => "PROXY header: the client's address",
            _ when segment.Messages == 0 => Invariant($"part of {noun} {why.FirstMessage}, not its end"),
            _ when segment.Messages == 1 => Invariant($"{noun} {why.FirstMessage}") + Rest(segment),
            _ => Invariant($"{noun}s {why.FirstMessage} to {why.FirstMessage + segment.Messages - 1}") + Rest(segment),
        };
    }

    private static string Rest(in Segment segment) => segment.EndsInMessage ? " and part of the next" : "";

    private static string Also(in Segment segment, in Explained why) => segment.Length > 0 ? $"; with {Data(segment, why)}" : "";

    private static string Window(in Segment segment) =>
        segment.Window == 0 && segment.Carried == Carried.Tcp ? "; zero window: its receive buffer is full" : "";

    private static string After(in Explained why) => why.Since > 0 ? $"after {Time(why.Since)}" : "later";

    private static string Silence(in Explained why) => why.Since > 0 ? $", after {Time(why.Since)} of silence" : "";

    private static bool IsAlreadyThere(in Segment segment) =>
        segment.Options.SackBlocks > 0 && (int)(segment.Options.SackEnd - segment.Acknowledged) <= 0;

    private static string Report(in Segment segment)
    {
        string what = (segment.IcmpType, segment.IcmpCode) switch
        {
            (3, 0) or (257, 0) => "network unreachable",
            (3, 1) or (257, 3) => "host unreachable",
            (3, 2) => "protocol unreachable",
            (3, 3) or (257, 4) => "port unreachable: no process listens there",
            (3, 4) or (258, _) => Invariant($"packet too long for the next link, which takes {segment.Mtu} bytes"),
            (3, 9 or 10 or 13) or (257, 1) => "forbidden by a filter",
            (3, _) or (257, _) => Invariant($"unreachable, code {segment.IcmpCode}"),
            (4, _) => "asks to send slower",
            (5, _) => "names another router",
            (11, _) or (259, _) => "lost on the way: its time to live ran out",
            _ => Invariant($"a header that {(segment.IcmpType > 255 ? "is" : "was")} wrong"),
        };
        return Invariant($"ICMP from {HostOf(segment.Source)}: {what}; it is about a packet to {segment.QuotedDestination}");
    }

    private static string HostOf(Endpoint source) => source.ToString() is var text ? text[..text.LastIndexOf(':')] : "";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
