namespace SumSocket.Capture.Page;

/// <summary>What a row of a diagram shows.</summary>
internal enum RowKind : byte
{
    Segment,
    Program,
    Fold,
}

/// <summary>A row of a diagram: a segment, something that a program did, or that there was more of the same.</summary>
internal readonly record struct Row(RowKind Kind, long Time)
{
    public Segment Segment { get; init; }

    public Explained Why { get; init; }

    public SocketEvent Event { get; init; }

    /// <summary>Of the program of which end; 0 is the client.</summary>
    public int Side { get; init; }

    /// <summary>The number of the first message that a program wrote or received.</summary>
    public long Message { get; init; }

    public Fold Fold { get; init; }

    public bool IsNotable => Kind == RowKind.Segment ? Why.IsNotable : ProgramWords.IsNotable(Event);
}

/// <summary>What is left out between two rows.</summary>
/// <param name="Rounds">Rounds like those around it; 0 when they were of different kinds.</param>
/// <param name="Packets">Packets in them.</param>
/// <param name="Until">When the last of them came.</param>
/// <param name="Shortest">Nanoseconds from the first packet of a round to its last.</param>
/// <param name="Longest">The same of the longest.</param>
internal readonly record struct Fold(long Rounds, long Packets, long Until, long Shortest, long Longest);

/// <summary>How many rows a page still has room for.</summary>
internal sealed class RowBudget(int rows)
{
    private readonly int _kept = rows / 3; // for what is out of the ordinary

    public int Left { get; private set; } = rows;

    public bool TryTake(int count, bool isNotable)
    {
        if (count > Left - (isNotable ? 0 : _kept))
            return false;
        Left -= count;
        return true;
    }
}

/// <summary>The rows of one conversation. Rounds that are alike, a request and its answer or a keep-alive probe and its answer, are folded
/// as they come, so that its length is bounded however long it lasts.</summary>
internal sealed class Story(Conversation conversation, RowBudget budget)
{
    private const int MostInRound = 24;
    private const int MostOrdinary = 100;
    private const int MostOfAll = 400;
    private const int ShownOfAlike = 2;

    private readonly List<Row> _rows = [];
    private readonly long[] _written = new long[2], _received = new long[2];
    private List<Row> _round = [], _last = [];
    private RoundShape _shape, _alike;
    private int _hiddenAt;
    private long _shown, _hiddenInRound, _hiddenFrom, _foldBegin, _lastPackets;
    private Fold _fold;
    private bool _hasAnswer;

    public Conversation Conversation => conversation;

    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>Whether anything out of the ordinary is in it: neither data nor the way in which connections begin and end.</summary>
    public bool IsNotable { get; private set; }

    /// <summary>Adds what a program did; it may come a little late.</summary>
    public void Add(int side, in SocketEvent happened)
    {
        long[] counts = happened.Action == SocketAction.Wrote ? _written : _received;
        if (HasExchange && (happened.Action == SocketAction.Wrote ? side == 0 : ProgramWords.IsNotable(happened)))
            CloseRound();
        Row row = new(RowKind.Program, happened.Time) { Event = happened, Side = side, Message = counts[side] + 1 };
        counts[side] += happened.Messages;
        if (ProgramWords.IsNotable(happened))
            _shape.Add(side, 100 + (int)happened.Action);
        int place = _round.Count;
        while (place > 0 && _round[place - 1].Time > happened.Time)
            place--;
        if (_round.Count < MostInRound || row.IsNotable)
            _round.Insert(place, row);
    }

    public void Add(in Segment segment, in Explained why)
    {
        if (BeginsRound(why))
            CloseRound();
        _hasAnswer |= why.Side == 1 && why.Why is Why.Data or Why.Datagram or Why.AnswersProbe;
        IsNotable |= why.Why is not (Why.Connects or Why.Accepts or Why.CompletesHandshake or Why.Ends or Why.EndsToo
            or Why.AcknowledgesEnd) && why.IsNotable;
        _shape.Packets++;
        _shape.First = _shape.First == 0 ? segment.Time : _shape.First;
        _shape.Until = segment.Time;
        if (why.Why != Why.Acknowledges)
            _shape.Add(why.Side, (int)why.Why);
        if (_round.Count < MostInRound || (why.IsNotable && _round.Count < 2 * MostInRound))
            _round.Add(new Row(RowKind.Segment, segment.Time) { Segment = segment, Why = why });
        else if (_hiddenInRound++ == 0)
            (_hiddenAt, _hiddenFrom) = (_round.Count, segment.Time);
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        CloseRound();
        EndAlike();
    }

    private bool HasExchange => _hasAnswer || _shape.HasHandshake;

    /// <summary>A round begins with what the client sends after an answer, with each probe, and with what begins or ends the
    /// connection.</summary>
    private bool BeginsRound(in Explained why) => why.Why switch
    {
        Why.Data or Why.Datagram => why.Side == 0 && HasExchange,
        Why.KeepAliveProbe or Why.WindowProbe or Why.Ends or Why.Connects or Why.ConnectsAgain => true,
        Why.EndsToo or Why.ResetAfterClose or Why.ResetByProgram or Why.ResetForUnread or Why.Resets or Why.GivesUp => _hasAnswer,
        _ => false,
    };

    private void CloseRound()
    {
        if (_round.Count == 0)
            return;
        if (_hiddenInRound > 0)
            _round.Insert(_hiddenAt, new Row(RowKind.Fold, _hiddenFrom) { Fold = new Fold(0, _hiddenInRound, _hiddenFrom, 0, 0) });
        if (_shape.Hash == _alike.Hash && _shape.Packets > 0)
            AddAlike();
        else
        {
            EndAlike();
            _alike = _shape;
            _shown = 0;
            AddAlike();
        }

        (_shape, _hiddenInRound, _hasAnswer) = (default, 0, false);
        _round.Clear();
    }

    private void AddAlike()
    {
        if (_fold.Packets == 0 && _shown < ShownOfAlike && IsRoomFor(_round))
        {
            _shown++;
            _rows.AddRange(_round);
            return;
        }

        long took = _shape.Until - _shape.First;
        _fold = _fold.Packets == 0
            ? new Fold(1, _shape.Packets, _shape.Until, took, took)
            : new Fold(
                _fold.Rounds + 1, _fold.Packets + _shape.Packets, _shape.Until, Math.Min(_fold.Shortest, took),
                Math.Max(_fold.Longest, took));
        _foldBegin = _foldBegin == 0 ? _shape.First : _foldBegin;
        _lastPackets = _shape.Packets;
        (_round, _last) = (_last, _round);
    }

    /// <summary>Rounds of another shape follow, or nothing: the last one is shown.</summary>
    private void EndAlike()
    {
        if (_fold.Packets > 0)
        {
            bool isLastShown = IsRoomFor(_last);
            Fold fold = isLastShown ? _fold with { Rounds = _fold.Rounds - 1, Packets = _fold.Packets - _lastPackets } : _fold;
            if (fold.Packets > 0)
                AddFold(fold);
            if (isLastShown)
                _rows.AddRange(_last);
        }

        (_fold, _foldBegin) = (default, 0);
        _last.Clear();
    }

    private bool IsRoomFor(List<Row> round) =>
        _rows.Count + round.Count <= (IsNotable ? MostOfAll : MostOrdinary) && budget.TryTake(round.Count + 1, IsNotable);

    /// <summary>Where there is no more room, folds of different kinds become one.</summary>
    private void AddFold(Fold fold)
    {
        if (_rows is [.., { Kind: RowKind.Fold, Fold: var before }])
        {
            _rows[^1] = _rows[^1] with { Fold = new Fold(0, before.Packets + fold.Packets, fold.Until, 0, 0) };
            return;
        }

        _rows.Add(new Row(RowKind.Fold, _foldBegin) { Fold = fold });
    }

    /// <summary>What rounds that are alike have in common: who sent what kind of thing, in order, however often in a row.</summary>
    private struct RoundShape
    {
        private int _before;

        public ulong Hash { get; private set; }

        public long Packets { get; set; }

        public long First { get; set; }

        public long Until { get; set; }

        public bool HasHandshake { get; private set; }

        public void Add(int side, int kind)
        {
            HasHandshake |= kind == (int)Why.CompletesHandshake;
            int code = 2 * kind + side + 1;
            if (code == _before)
                return;
            _before = code;
            Hash = (Hash + (ulong)code) * 0x9E3779B97F4A7C15;
        }
    }
}
