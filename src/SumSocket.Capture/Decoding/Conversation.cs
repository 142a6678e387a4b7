namespace SumSocket.Capture.Decoding;

/// <summary>The two ends of a flow, the client's first.</summary>
internal readonly record struct FlowKey(Endpoint Client, Endpoint Server, bool IsTcp);

/// <summary>One connection, or the datagrams between two sockets: what must be remembered of the packets so far to say why the next one was
/// sent.</summary>
internal sealed class Conversation(FlowKey key, int number)
{
    private const long DoubledWithin = 10_000_000, AlikeWithin = 1_000_000;

    private readonly Side[] _sides = [new(), new()];

    public FlowKey Key => key;

    /// <summary>From 1, in order of appearance.</summary>
    public int Number => number;

    public long Packets { get; private set; }

    public long Retransmissions { get; private set; }

    public long FirstTime { get; private set; }

    public long LastTime { get; private set; }

    /// <summary>Bytes that the client (0) and the server (1) have sent.</summary>
    public long Bytes(int side) => _sides[side].Bytes;

    public long Messages(int side) => _sides[side].Messages;

    /// <summary>What is said about its next packet, in a file that has comments; null for nothing.</summary>
    public List<string>? Waiting { get; set; }

    /// <summary>Which end is on this machine, so that all it sends is seen: 0 is the client.</summary>
    public int OwnSide { get; init; }

    /// <summary>Whether nothing more can be expected of it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether it is more than an attempt of a client.</summary>
    public bool IsEstablished => _sides[0].HasAcked;

    /// <summary>Whether a segment is the first of another connection with the same addresses and ports.</summary>
    public bool IsEndedBy(in Segment segment) => segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack)
        && (IsOver || (SideOf(segment) == 0 && _sides[0].HasNext && _sides[0].Start != segment.Sequence));

    /// <summary>What the program of one end has last done that may lead to a reset.</summary>
    public void Note(int side, SocketAction action, int unread) => (_sides[side].Action, _sides[side].Unread) = (action, unread);

    /// <summary>Which end sent it.</summary>
    public int SideOf(in Segment segment) => segment.Carried == Carried.Icmp
        ? segment.QuotedSource == key.Client ? 1 : 0 // a report goes to the one that sent what it quotes
        : segment.Source.Address == key.Client.Address && (segment.Carried == Carried.Fragment || segment.Source.Port == key.Client.Port)
            ? 0 : 1;

    /// <summary>Whether a segment was captured before, on another interface: the kernel gives most IPv4 packets a number of their own.
    /// Without one, all that TCP says of it is the same, and at the same time.</summary>
    public bool IsDouble(in Segment segment)
    {
        Side from = _sides[SideOf(segment)];
        bool isDouble = from.Last is { } last && segment.Time - last.Time < (segment.Id != 0 ? DoubledWithin : AlikeWithin)
            && (segment.Id != 0 || segment.Carried == Carried.Tcp) && segment with { Time = last.Time } == last;
        from.Last = segment;
        return isDouble;
    }

    /// <summary>Says why it was sent, and remembers it.</summary>
    public Explained Explain(in Segment segment)
    {
        if (Packets++ == 0)
            FirstTime = segment.Time;
        int index = SideOf(segment);
        LastTime = segment.Time;
        (Side from, Side to) = (_sides[index], _sides[1 - index]);
        Explained why = segment.Carried switch
        {
            Carried.Tcp => ExplainTcp(segment, from, to),
            Carried.Udp => new Explained(Why.Datagram) { FirstMessage = ++from.Messages, Window = -1 },
            Carried.Fragment => new Explained(Why.Fragment),
            _ => new Explained(Why.Report),
        };
        if (segment.Carried != Carried.Tcp)
            from.Bytes += segment.Length;
        from.LastTime = segment.Time;
        from.LastWhy = why.Why;
        from.Unanswered += why.Why is Why.KeepAliveProbe or Why.WindowProbe ? 1 : 0;
        if (segment.Carried != Carried.Icmp)
            to.Unanswered = 0;
        return why with { Side = index };
    }

    private Explained ExplainTcp(in Segment segment, Side from, Side to)
    {
        if (segment.Has(TcpFlags.Syn))
        {
            from.Begin(segment);
            if (segment.Has(TcpFlags.Ack))
                to.KnowsStart(segment.Acknowledged - 1);
        }
        else
        {
            from.KnowsStart(segment.Sequence);
            if (segment.Has(TcpFlags.Ack))
                to.KnowsStart(segment.Acknowledged);
        }

        long first = from.Messages + 1;
        Explained why = segment.Has(TcpFlags.Rst) ? ExplainReset(segment, from, to)
            : segment.Has(TcpFlags.Syn) ? ExplainSyn(segment, from)
            : segment.Length == 0 && !segment.Has(TcpFlags.Fin) ? ExplainEmpty(segment, from, to)
            : ExplainData(segment, from, to, isOwn: from == _sides[OwnSide]);
        bool isNew = from.Take(segment);
        if (segment.Has(TcpFlags.Ack))
            to.Acknowledge(segment.Acknowledged);
        long window = from.Window(segment, to);
        from.IsClosed = segment.Window == 0 && !segment.Has(TcpFlags.Rst);
        IsOver |= segment.Has(TcpFlags.Rst) || (from.HasEnded && to.HasEnded && segment.Acknowledged == to.Next);
        if (why.Why is Why.Retransmits or Why.RetransmitsEarly or Why.ConnectsAgain or Why.AcceptsAgain or Why.EndsAgain)
            Retransmissions++;
        return why with
        {
            Relative = segment.Sequence - from.Start,
            RelativeAck = segment.Acknowledged - to.Start,
            Window = window,
            FirstMessage = isNew || segment.Length == 0 ? first : 0,
            IsTls = from.IsTls,
        };
    }

    private static Explained ExplainSyn(in Segment segment, Side from)
    {
        bool isAnswer = segment.Has(TcpFlags.Ack);
        if (from.SentAt(segment.Sequence) is { } before)
            return new Explained(isAnswer ? Why.AcceptsAgain : Why.ConnectsAgain) { Since = segment.Time - before.Time };
        return new Explained(isAnswer ? Why.Accepts : Why.Connects);
    }

    private static Explained ExplainReset(in Segment segment, Side from, Side to)
    {
        if (to.LastWhy is Why.Connects or Why.ConnectsAgain && !from.HasSynced)
            return new Explained(Why.Refuses);
        if (from.Action == SocketAction.Resets)
            return new Explained(Why.ResetByProgram);
        if (from.Unread > 0)
            return new Explained(Why.ResetForUnread) { Count = from.Unread };
        if (from.Unanswered > 0)
            return new Explained(Why.GivesUp) { Count = from.Unanswered };
        if (from.HasEnded || from.Action == SocketAction.Closes)
            return new Explained(Why.ResetAfterClose);
        return new Explained(segment.Has(TcpFlags.Ack) ? Why.ResetForUnread : Why.Resets);
    }

    private static Explained ExplainEmpty(in Segment segment, Side from, Side to)
    {
        bool isBefore = from.HasNext && segment.Sequence == from.Next - 1 && !from.HasEnded;
        if (isBefore && from.LastWhy != Why.CompletesHandshake | from.Bytes > 0 | segment.Time - from.LastTime > DoubledWithin)
            return new Explained(to.IsClosed ? Why.WindowProbe : Why.KeepAliveProbe) { Since = segment.Time - from.LastTime };
        if (segment.Window == 0 && !from.IsClosed)
            return new Explained(Why.ClosesWindow);
        if (to.LastWhy is Why.KeepAliveProbe or Why.WindowProbe && from.LastTime < to.LastTime && segment.Window > 0 == !from.IsClosed)
            return new Explained(Why.AnswersProbe) { Since = segment.Time - to.LastTime };
        if (!from.HasAcked)
            return new Explained(Why.CompletesHandshake);
        if (from.IsClosed && segment.Window > 0)
            return new Explained(Why.OpensWindow);
        long acknowledged = (int)(segment.Acknowledged - to.Acknowledged);
        if (to.HasEnded && segment.Acknowledged == to.Next && acknowledged > 0)
            return new Explained(Why.AcknowledgesEnd);
        if (acknowledged == 0 && (to.Outstanding > 0 || segment.Options.SackBlocks > 0) && segment.Window == from.LastWindow)
            return new Explained(Why.DuplicateAck) { Count = to.CountDuplicate() };
        return new Explained(Why.Acknowledges) { Count = Math.Max(0, acknowledged) };
    }

    private static Explained ExplainData(in Segment segment, Side from, Side to, bool isOwn)
    {
        bool isOld = from.HasNext && (int)(segment.End - from.Next) <= 0;
        if (isOld)
        {
            SentSegment? before = from.SentAt(segment.Sequence);
            long since = before is { } at ? segment.Time - at.Time : 0;
            if (segment.Length == 1 && (to.IsClosed || segment.Sequence == from.Next - 1) && before?.Sequence != segment.Sequence)
                return new Explained(to.IsClosed ? Why.WindowProbe : Why.KeepAliveProbe) { Since = segment.Time - from.LastTime };
            if (segment.Length == 0)
                return new Explained(Why.EndsAgain) { Since = since };
            if (before is null && !isOwn)
                return new Explained(Why.FillsGap);
            return from.Duplicates >= 3
                ? new Explained(Why.RetransmitsEarly) { Since = since, Count = from.Duplicates }
                : new Explained(Why.Retransmits) { Since = since };
        }

        if (segment.Has(TcpFlags.Fin))
            return new Explained(to.HasEnded ? Why.EndsToo : Why.Ends);
        return new Explained(segment.Window == 0 && !from.IsClosed ? Why.ClosesWindow : Why.Data);
    }
}
