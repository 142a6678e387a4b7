namespace SumSocket.Capture.Live;

/// <summary>What a recording makes of each packet of its run.</summary>
internal interface IPacketSink : IDisposable
{
    /// <summary>Something that the program did, ahead of the packets behind it.</summary>
    void Add(Conversation? conversation, int side, in SocketEvent happened);

    /// <summary>A packet, decoded and explained.</summary>
    void Add(Conversation conversation, in Segment segment, in Explained why, ReadOnlySpan<byte> bytes, int length);

    /// <summary>No packet came for a while.</summary>
    void Pause();

    /// <summary>All packets have come.</summary>
    void End(CaptureTotals totals);
}

/// <summary>What a recording has seen.</summary>
/// <param name="Begin">When it began, in nanoseconds since 1970.</param>
/// <param name="Packets">Packets of its connections.</param>
/// <param name="Others">Packets that passed the filter and belong to others.</param>
/// <param name="Dropped">Packets that were lost for want of room.</param>
internal sealed record CaptureTotals(long Begin, long Packets, long Others, long Dropped)
{
    /// <summary>Conversations that it began anew when they went on, for want of room.</summary>
    public long Forgotten { get; init; }

    /// <summary>Whether packets were left when its time was over.</summary>
    public bool IsCut { get; init; }
}

/// <summary>Attributes packets to conversations, and puts what the program did between them. Used by one thread.</summary>
/// <param name="scope">Which packets there can be.</param>
/// <param name="program">What the program does.</param>
/// <param name="link">The link type.</param>
/// <param name="sink">Takes the result.</param>
internal sealed class Recorder(CaptureScope scope, ProgramEvents program, int link, IPacketSink sink)
{
    public const int MaxFragments = 1024;
    public const int MaxConversations = 20_000; // some 2 KB each

    private const int MaxEarly = 1024;
    private const long LateWithin = 10_000_000_000, SweepEvery = 1_000_000_000;

    private readonly Dictionary<FlowKey, Conversation> _conversations = [];
    private readonly Dictionary<(Endpoint Source, Endpoint Destination, uint Id), Conversation> _fragments = [];
    private readonly Queue<(Endpoint, Endpoint, uint)> _fragmentsInOrder = new();
    private readonly List<SocketEvent> _early = [];
    private int _number;
    private long _swept;

    public long Packets { get; private set; }

    public long Forgotten { get; private set; }

    public long Others { get; private set; }

    /// <summary>Takes one packet as it was captured.</summary>
    public void Take(long time, ReadOnlySpan<byte> bytes, int length)
    {
        TakeEvents(time);
        if (!SegmentReader.TryRead(link, bytes, time, out Segment segment) || Find(segment) is not { } conversation)
        {
            Others++;
            return;
        }

        if (conversation.IsDouble(segment))
            return;
        Packets++;
        Explained why = conversation.Explain(segment);
        sink.Add(conversation, segment, why, bytes, length);
    }

    /// <summary>Passes on what the program did up to a time.</summary>
    public void TakeEvents(long time)
    {
        while (program.TryTake(time, out SocketEvent happened))
        {
            (Conversation? conversation, int side) = Find(happened.Socket);
            if (happened.Action is SocketAction.Resets or SocketAction.Closes)
                conversation?.Note(side, happened.Action, happened.Bytes);
            if (happened.Action is SocketAction.ConnectFailed or SocketAction.Closes)
                _early.RemoveAll(one => one.Socket == happened.Socket); // none will
            if (conversation is null && happened.Action is SocketAction.Connects or SocketAction.Wrote && scope.OwnSide == 0
                && _early.Count < MaxEarly)
                _early.Add(happened); // its first packet is still to come
            else
                sink.Add(conversation, side, happened);
        }

        if (time - _swept < SweepEvery)
            return;
        _swept = time;
        program.Forget(time);
    }

    private (Conversation? Conversation, int Side) Find(ObservedSocket socket)
    {
        if (socket.Local is not { } local || socket.Remote is not { } remote)
            return default;
        (Endpoint here, Endpoint there) = (Endpoint.Of(local), Endpoint.Of(remote));
        return scope.FlowOf(here, there) is { } key && _conversations.TryGetValue(key, out Conversation? found)
            ? (found, here == key.Client ? 0 : 1)
            : default;
    }

    private Conversation? Find(in Segment segment)
    {
        switch (segment.Carried)
        {
            case Carried.Icmp:
                return scope.FlowOf(segment.QuotedSource, segment.QuotedDestination) is { } quoted
                    ? _conversations.GetValueOrDefault(quoted) : null;
            case Carried.Fragment:
                (Endpoint, Endpoint, uint) datagram = (segment.Source, segment.Destination, segment.Id);
                Conversation? of = _fragments.GetValueOrDefault(datagram);
                if (!segment.MoreFragments)
                    _fragments.Remove(datagram);
                return of;
        }

        if (scope.FlowOf(segment.Source, segment.Destination) is not { } key)
            return null;
        _conversations.TryGetValue(key, out Conversation? conversation);
        if (conversation is null || conversation.IsEndedBy(segment))
        {
            bool isOwn = program.IsOwn(key.Client, segment.Time);
            if (!scope.AllConnections && !isOwn)
            {
                _conversations.Remove(key); // another program has its port now
                return null;
            }

            if (_conversations.Count >= MaxConversations)
                Forget(segment.Time);
            conversation = _conversations[key] = new Conversation(key, ++_number) { OwnSide = scope.OwnSide };
            AddEarly(conversation);
        }

        if (segment.MoreFragments)
            AddFragmented((segment.Source with { Port = 0 }, segment.Destination with { Port = 0 }, segment.Id), conversation);
        return conversation;
    }

    /// <summary>Where there is no more room the oldest goes: its last part was lost, or came first.</summary>
    private void AddFragmented((Endpoint, Endpoint, uint) datagram, Conversation conversation)
    {
        if (_fragmentsInOrder.Count == MaxFragments)
            _fragments.Remove(_fragmentsInOrder.Dequeue());
        _fragmentsInOrder.Enqueue(datagram);
        _fragments[datagram] = conversation;
    }

    private void AddEarly(Conversation conversation)
    {
        for (int i = 0; i < _early.Count; i++)
        {
            if (_early[i].Socket.Local is not { } local || Endpoint.Of(local) != conversation.Key.Client)
                continue;
            sink.Add(conversation, side: 0, _early[i]);
            _early.RemoveAt(i--);
        }
    }

    /// <summary>A server may run for months, and anyone may send to it. First go those that are over, then those that never were
    /// more than an attempt, then the longest silent.</summary>
    private void Forget(long now)
    {
        Conversation[] inOrder = [.. _conversations.Values.OrderBy(one => one.IsOver ? 0 : one.IsEstablished ? 2 : 1)
            .ThenBy(one => one.LastTime)];
        foreach (Conversation one in inOrder.AsSpan(0, inOrder.Length / 10)) // many at once: it takes a while
        {
            _conversations.Remove(one.Key);
            Forgotten += one.IsOver && now - one.LastTime > LateWithin ? 0 : 1;
        }
    }
}
