using System.Collections.Concurrent;

namespace SumSocket.Capture.Live;

/// <summary>What the program does with its sockets, kept until the packets of the same time are there. It also knows which sockets are the
/// program's own.</summary>
/// <param name="withData">Whether each write and each receive counts; else only what begins and ends connections.</param>
internal sealed class ProgramEvents(bool withData) : ISocketObserver
{
    private const int MaxUnknown = 1024;

    private readonly ConcurrentQueue<SocketEvent> _events = new();
    private readonly ConcurrentDictionary<ObservedSocket, long> _unsettled = new(); // and when their attempt began
    private readonly PriorityQueue<SocketEvent, long> _inOrder = new(); // from here on, of the thread that takes packets
    private readonly HashSet<Endpoint> _own = [];
    private readonly List<(long Begin, long End)> _unknown = [];
    private volatile bool _isClosed;

    /// <inheritdoc/>
    public void Add(in SocketEvent happened)
    {
        if (_isClosed)
            return;
        if (happened.Action == SocketAction.Connects)
            _unsettled.TryAdd(happened.Socket, happened.Time);
        if (withData || happened.Action is not (SocketAction.Wrote or SocketAction.Received))
            _events.Enqueue(happened);
    }

    /// <summary>Nothing is taken any more, so nothing is kept.</summary>
    public void Close() => _isClosed = true;

    /// <summary>The next thing that happened before a packet.</summary>
    public bool TryTake(long before, out SocketEvent happened)
    {
        while (_events.TryDequeue(out happened))
            _inOrder.Enqueue(happened, happened.Time); // what one thread did may be behind what another did later
        return _inOrder.TryPeek(out happened, out long time) && time <= before && _inOrder.TryDequeue(out happened, out _);
    }

    /// <summary>Whether a packet is of a socket of this program, which sent or received it at a time.</summary>
    public bool IsOwn(Endpoint local, long time)
    {
        // The kernel chooses the address inside a call that began before the packet left. It lasts some microseconds.
        SpinWait spin = default;
        while (IsUnsettled(time))
            spin.SpinOnce();
        return _own.Contains(local) || _unknown.Exists(span => time >= span.Begin && time <= span.End);
    }

    private bool IsUnsettled(long time)
    {
        bool isUnsettled = false;
        foreach ((ObservedSocket socket, long begin) in _unsettled)
        {
            if (socket.IsSettled)
            {
                if (socket.Local is { } local)
                    _own.Add(Endpoint.Of(local));
                else if (_unknown.Count < MaxUnknown)
                    _unknown.Add((begin, ObservedSocket.Now));
                _unsettled.TryRemove(socket, out _);
            }
            else
                isUnsettled |= begin <= time;
        }

        return isUnsettled;
    }
}
