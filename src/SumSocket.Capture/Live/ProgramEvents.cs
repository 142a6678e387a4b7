using System.Collections.Concurrent;

namespace SumSocket.Capture.Live;

/// <summary>What the program does with its sockets, kept until the packets of the same time are there. It also knows which sockets are the
/// program's own.</summary>
/// <param name="withData">Whether each write and each receive counts; else only what begins and ends connections.</param>
internal sealed class ProgramEvents(bool withData) : ISocketObserver
{
    /// <summary>How much of what a program does waits for its packets: five megabytes. Of data no more, of all else twice as
    /// much.</summary>
    public const int MaxWaiting = 100_000;

    private const long Lag = 1_000_000_000; // behind what ends a socket no first packet of it comes

    private readonly ConcurrentQueue<SocketEvent> _events = new();
    private readonly ConcurrentDictionary<ObservedSocket, long> _unsettled = new(); // and when their attempt began
    private readonly PriorityQueue<SocketEvent, long> _inOrder = new(); // from here on, of the thread that takes packets
    private readonly Dictionary<Endpoint, ObservedSocket> _own = [];
    private readonly Queue<SocketEvent> _ended = new();
    private volatile bool _isClosed, _hasConnected;
    private long _waiting, _dropped;

    /// <summary>Whether a connection was made.</summary>
    public bool HasConnected => _hasConnected;

    /// <summary>How much was left out since too much waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <inheritdoc/>
    public void Add(in SocketEvent happened)
    {
        if (_isClosed)
            return;
        _hasConnected |= happened.Action is SocketAction.Connected or SocketAction.Accepted;
        bool isData = happened.Action is SocketAction.Wrote or SocketAction.Received;
        if (isData && !withData)
            return;
        if (happened.Action == SocketAction.Connects)
            _unsettled.TryAdd(happened.Socket, happened.Time);
        if (Interlocked.Increment(ref _waiting) <= (isData ? MaxWaiting : 2 * MaxWaiting))
        {
            _events.Enqueue(happened);
            return;
        }

        Interlocked.Decrement(ref _waiting);
        Interlocked.Increment(ref _dropped);
    }

    /// <summary>Nothing is taken any more, so nothing is kept, and nothing is waited for.</summary>
    public void Close() => _isClosed = true;

    /// <summary>The next thing that happened before a packet.</summary>
    public bool TryTake(long before, out SocketEvent happened)
    {
        while (_events.TryDequeue(out happened))
            _inOrder.Enqueue(happened, happened.Time); // what one thread did may be behind what another did later
        if (!_inOrder.TryPeek(out happened, out long time) || time > before || !_inOrder.TryDequeue(out happened, out _))
            return false;
        Interlocked.Decrement(ref _waiting);
        if (happened.Action is SocketAction.Closes or SocketAction.ConnectFailed)
            _ended.Enqueue(happened);
        return true;
    }

    /// <summary>Whether a packet is of a socket of this program, which sent or received it at a time.</summary>
    public bool IsOwn(Endpoint local, long time)
    {
        // The kernel chooses the address inside a call that began before the packet left. It lasts some microseconds.
        SpinWait spin = default;
        while (IsUnsettled(time) && !_isClosed)
            spin.SpinOnce();
        return _own.ContainsKey(local);
    }

    /// <summary>Keeps no address of sockets that ended: another program may have it next.</summary>
    public void Forget(long time)
    {
        IsUnsettled(time);
        while (_ended.TryPeek(out SocketEvent end) && end.Time < time - Lag)
        {
            _ended.Dequeue();
            if (end.Socket.Local is { } local && _own.TryGetValue(Endpoint.Of(local), out ObservedSocket? owner) && owner == end.Socket)
                _own.Remove(Endpoint.Of(local));
        }
    }

    private bool IsUnsettled(long time)
    {
        bool isUnsettled = false;
        foreach ((ObservedSocket socket, long begin) in _unsettled)
        {
            if (socket.IsSettled)
            {
                if (socket.Local is { } local) // else it sent nothing
                    _own[Endpoint.Of(local)] = socket;
                _unsettled.TryRemove(socket, out _);
            }
            else
                isUnsettled |= begin <= time;
        }

        return isUnsettled;
    }
}
