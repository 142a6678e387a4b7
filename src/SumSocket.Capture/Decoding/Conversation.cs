namespace SumSocket.Capture.Decoding;

/// <summary>The two ends of a flow, the client's first.</summary>
internal readonly record struct FlowKey(Endpoint Client, Endpoint Server, bool IsTcp);

/// <summary>One connection, or the datagrams between two sockets: what must be remembered of the packets so far to say why the next one was
/// sent.</summary>
internal sealed class Conversation(FlowKey key, int number)
{
    private const int Remembered = 32; // segments of each side
    private const long DoubledWithin = 10_000_000;

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

    /// <summary>Whether nothing more can be expected of it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What the program of one end has last done that may lead to a reset.</summary>
    public void Note(int side, SocketAction action, int unread) => (_sides[side].Action, _sides[side].Unread) = (action, unread);

    /// <summary>Which end sent it.</summary>
    public int SideOf(in Segment segment) => segment.Carried == Carried.Icmp
        ? segment.QuotedSource == key.Client ? 1 : 0 // a report goes to the one that sent what it quotes
        : segment.Source.Address == key.Client.Address && (segment.Carried == Carried.Fragment || segment.Source.Port == key.Client.Port)
            ? 0 : 1;

    /// <summary>Whether a segment was captured before, on another interface: the kernel gives each IPv4 packet a number of its
    /// own.</summary>
    public bool IsDouble(in Segment segment)
    {
        Side from = _sides[SideOf(segment)];
        bool isDouble = segment.Id != 0 && from.Last is { } last && last.Id == segment.Id && last.Sequence == segment.Sequence
            && last.Acknowledged == segment.Acknowledged && last.Length == segment.Length && last.Flags == segment.Flags
            && segment.Time - last.Time < DoubledWithin && segment.Carried == last.Carried;
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
            : ExplainData(segment, from, to);
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
        };
    }

    private static Explained ExplainSyn(in Segment segment, Side from)
    {
        bool isAnswer = segment.Has(TcpFlags.Ack);
        if (from.SentAt(segment.Sequence) is { } before)
            return new Explained(isAnswer ? Why.AcceptsAgain : Why.ConnectsAgain) { Since = segment.Time - before };
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
        if (from.LastWhy is Why.KeepAliveProbe or Why.WindowProbe && from.LastTime > to.LastTime)
            return new Explained(Why.GivesUp);
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

    private static Explained ExplainData(in Segment segment, Side from, Side to)
    {
        bool isOld = from.HasNext && (int)(segment.End - from.Next) <= 0;
        if (isOld)
        {
            long? before = from.SentAt(segment.Sequence);
            long since = before is { } at ? segment.Time - at : 0;
            if (segment.Length == 1 && (to.IsClosed || segment.Sequence == from.Next - 1) && before is null)
                return new Explained(to.IsClosed ? Why.WindowProbe : Why.KeepAliveProbe) { Since = segment.Time - from.LastTime };
            if (segment.Length == 0)
                return new Explained(Why.EndsAgain) { Since = since };
            if (before is null)
                return new Explained(Why.FillsGap);
            return from.Duplicates >= 3
                ? new Explained(Why.RetransmitsEarly) { Since = since, Count = from.Duplicates }
                : new Explained(Why.Retransmits) { Since = since };
        }

        if (segment.Has(TcpFlags.Fin))
            return new Explained(to.HasEnded ? Why.EndsToo : Why.Ends);
        return new Explained(segment.Window == 0 && !from.IsClosed ? Why.ClosesWindow : Why.Data);
    }

    /// <summary>What one end has sent.</summary>
    private sealed class Side
    {
        private readonly (uint Sequence, long Time)[] _sent = new (uint, long)[Remembered];
        private int _count;
        private int _scale = -1;
        private bool _hasStart;

        public uint Start { get; private set; }

        public uint Next { get; private set; }

        public bool HasNext { get; private set; }

        public bool HasSynced { get; private set; }

        public bool HasEnded { get; private set; }

        /// <summary>Whether it has acknowledged anything.</summary>
        public bool HasAcked { get; private set; }

        /// <summary>What the other end has acknowledged of it.</summary>
        public uint Acknowledged { get; private set; }

        public long Bytes { get; set; }

        public long Messages { get; set; }

        public bool IsClosed { get; set; }

        public ushort LastWindow { get; private set; }

        public long LastTime { get; set; }

        public Why LastWhy { get; set; }

        public long Duplicates { get; private set; }

        public SocketAction Action { get; set; }

        public int Unread { get; set; }

        public Segment? Last { get; set; }

        public int Outstanding => HasNext ? (int)(Next - Acknowledged) : 0;

        public long CountDuplicate() => ++Duplicates;

        public void Begin(in Segment segment)
        {
            if (HasSynced)
                return;
            (Start, _hasStart, HasSynced) = (segment.Sequence, true, true);
            (Next, Acknowledged) = (segment.Sequence, segment.Sequence);
            _scale = segment.Options.WindowScale;
        }

        /// <summary>A capture may begin in the middle of a connection.</summary>
        public void KnowsStart(uint sequence)
        {
            if (_hasStart)
                return;
            (Start, _hasStart, Acknowledged) = (sequence, true, sequence);
        }

        public void Acknowledge(uint number)
        {
            if ((int)(number - Acknowledged) <= 0)
                return;
            (Acknowledged, Duplicates) = (number, 0);
        }

        /// <summary>Remembers it.</summary>
        /// <returns>Whether it has something new.</returns>
        public bool Take(in Segment segment)
        {
            HasAcked |= segment.Has(TcpFlags.Ack);
            LastWindow = segment.Window;
            bool isNew = segment.End != segment.Sequence && (!HasNext || (int)(segment.End - Next) > 0);
            if (segment.End != segment.Sequence && !segment.Has(TcpFlags.Rst))
            {
                _sent[_count++ % Remembered] = (segment.Sequence, segment.Time);
                if (isNew)
                    (Next, HasNext) = (segment.End, true);
            }
            else if (!HasNext)
                (Next, HasNext) = (segment.Sequence, true);
            HasEnded |= segment.Has(TcpFlags.Fin);
            if (!isNew)
                return false;
            Bytes += segment.Length;
            Messages += segment.First is FirstBytesKind.Message or FirstBytesKind.Other ? segment.Messages : 0;
            return true;
        }

        /// <summary>When a segment that begins there was last sent; null when it was not, or too long ago.</summary>
        public long? SentAt(uint sequence)
        {
            for (int i = _count - 1; i >= 0 && i >= _count - Remembered; i--)
            {
                if (_sent[i % Remembered].Sequence == sequence)
                    return _sent[i % Remembered].Time;
            }

            return null;
        }

        /// <summary>The window that a segment of this end announces: scaled unless one of the two has no such option.</summary>
        public long Window(in Segment segment, Side other) =>
            segment.Has(TcpFlags.Syn) || (HasSynced && _scale < 0) || (other.HasSynced && other._scale < 0) ? segment.Window
                : HasSynced ? (long)segment.Window << _scale : -1;
    }
}
