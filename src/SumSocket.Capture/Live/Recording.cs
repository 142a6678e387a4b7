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
internal sealed record CaptureTotals(long Begin, long Packets, long Others, long Dropped);

/// <summary>Attributes packets to conversations, and puts what the program did between them. Used by one thread.</summary>
/// <param name="scope">Which packets there can be.</param>
/// <param name="program">What the program does.</param>
/// <param name="link">The link type.</param>
/// <param name="sink">Takes the result.</param>
internal sealed class Recorder(CaptureScope scope, ProgramEvents program, int link, IPacketSink sink)
{
    private const int MaxFragments = 1024;
    private const int MaxEarly = 1024;
    private const int MaxOver = 10_000;
    private const long LateWithin = 10_000_000_000;

    private readonly Dictionary<FlowKey, Conversation> _conversations = [];
    private readonly Dictionary<(Endpoint Source, Endpoint Destination, uint Id), Conversation> _fragments = [];
    private readonly List<SocketEvent> _early = [];
    private int _number;

    public long Packets { get; private set; }

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
            if (conversation is null && happened.Action == SocketAction.Connects && _early.Count < MaxEarly)
                _early.Add(happened); // its first packet is still to come
            else
                sink.Add(conversation, side, happened);
        }
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
                return _fragments.GetValueOrDefault((segment.Source, segment.Destination, segment.Id));
        }

        if (scope.FlowOf(segment.Source, segment.Destination) is not { } key)
            return null;
        bool isFirst = segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack);
        _conversations.TryGetValue(key, out Conversation? conversation);
        if (conversation is null || (isFirst && conversation.IsOver))
        {
            bool isOwn = program.IsOwn(key.Client, segment.Time);
            if (!scope.AllConnections && !isOwn)
                return null;
            conversation = _conversations[key] = new Conversation(key, ++_number);
            AddEarly(conversation);
            if (_number % MaxOver == 0)
                Forget(segment.Time);
        }

        if (segment.MoreFragments && _fragments.Count < MaxFragments)
            _fragments[(segment.Source with { Port = 0 }, segment.Destination with { Port = 0 }, segment.Id)] = conversation;
        return conversation;
    }

    private void AddEarly(Conversation conversation)
    {
        int index = _early.FindIndex(one => one.Socket.Local is { } local && Endpoint.Of(local) == conversation.Key.Client);
        if (index < 0)
            return;
        sink.Add(conversation, side: 0, _early[index]);
        _early.RemoveAt(index);
    }

    /// <summary>A server may run for months.</summary>
    private void Forget(long now)
    {
        _fragments.Clear();
        foreach ((FlowKey key, Conversation one) in _conversations)
        {
            if (one.IsOver && now - one.LastTime > LateWithin)
                _conversations.Remove(key);
        }
    }
}

/// <summary>A capture under way: a thread that does nothing but take packets.</summary>
internal sealed class Recording : IDisposable
{
    private static readonly TimeSpan _longestEnd = TimeSpan.FromSeconds(5);

    private const long Lag = 1_000_000_000; // packets of that time have come
    private const int LastPackets = 150; // ms, for those of the end that the kernel has not handed over yet

    private readonly PacketSource _source;
    private readonly ProgramEvents _program;
    private readonly IPacketSink _sink;
    private readonly Recorder _recorder;
    private readonly Thread _thread;
    private readonly long _begin = ObservedSocket.Now;
    private volatile bool _isEnding;
    private Exception? _failure;

    /// <summary>Begins.</summary>
    public Recording(PacketSource source, CaptureScope scope, ProgramEvents program, IPacketSink sink)
    {
        (_source, _program, _sink) = (source, program, sink);
        _recorder = new Recorder(scope, program, source.Link, sink);
        _thread = new Thread(Run) { IsBackground = true, Name = "capture" };
        _thread.Start();
    }

    /// <summary>What it has seen, once it has ended.</summary>
    public CaptureTotals? Totals { get; private set; }

    /// <summary>Takes what has come and ends.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void End()
    {
        _isEnding = true;
        _thread.Join(_longestEnd);
        if (_failure is not null)
            throw new IOException(_failure.Message, _failure);
    }

    public void Dispose()
    {
        _sink.Dispose();
        _source.Dispose();
    }

    private void Run()
    {
        try
        {
            LinuxOnly.TryGiveWay(); // what is captured must not wait for this
            PacketTaker take = _recorder.Take;
            for (long end = 0; ;)
            {
                if (_isEnding && end == 0)
                    end = Environment.TickCount64 + LastPackets;
                bool isLast = _isEnding;
                if (_source.TryTake(take))
                    continue;

                _recorder.TakeEvents(ObservedSocket.Now - Lag);
                if (isLast && end < Environment.TickCount64)
                    break;
                _sink.Pause();
                Thread.Sleep(PacketSource.Rest); // what comes meanwhile gathers in the kernel
            }

            _recorder.TakeEvents(long.MaxValue);
            Totals = new CaptureTotals(_begin, _recorder.Packets, _recorder.Others, _source.ReadCounts().Dropped);
            _sink.End(Totals);
        }
        catch (Exception failure)
        {
            _failure = failure; // such as a full disk
            _program.Close();
        }
    }
}
