namespace SumSocket.Sockets.Tls;

/// <summary>Computes handshakes on the thread pool: a bounded number at once, and when more are ready, the newest first.</summary>
/// <remarks><para>A full handshake costs as much as some hundred requests. On a thread of the socket engine it would hold up every
/// connection of that thread; without a bound a crowd would hold up the whole pool. In a crowd the peers that have waited longest are those
/// most likely to have given up: served in order, each would get its turn too late.</para>
/// <para>What counts is what is computed. A handshake that waits for its peer takes no place, so peers that begin one and say no more
/// cannot keep others out; their deadline ends them.</para></remarks>
/// <param name="limit">How many are computed at once, at least 1. More than there are processors gains nothing.</param>
internal sealed class HandshakeQueue(int limit) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Stack<IThreadPoolWorkItem> _ready = new();
    private int _running;

    /// <summary>As many at once as there are processors.</summary>
    public HandshakeQueue()
        : this(Environment.ProcessorCount)
    {
    }

    /// <summary>Queues the next step of a handshake.</summary>
    public void Add(IThreadPoolWorkItem step)
    {
        lock (_lock)
        {
            _ready.Push(step);
            if (_running == limit)
                return;
            _running++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Takes steps until there are none.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake() is { } step)
            step.Execute();
    }

    private IThreadPoolWorkItem? TryTake()
    {
        lock (_lock)
        {
            if (_ready.TryPop(out IThreadPoolWorkItem? step))
                return step;
            _running--;
            return null;
        }
    }
}

/// <summary>What a handshake does next: it goes on with what its transport has received.</summary>
internal sealed class HandshakeStep(TlsTransport transport, HandshakeQueue queue) : IThreadPoolWorkItem
{
    private SocketError _error;

    /// <summary>Queues it.</summary>
    /// <param name="error">How the wait for the peer ended.</param>
    public void Queue(SocketError error)
    {
        _error = error;
        queue.Add(this);
    }

    void IThreadPoolWorkItem.Execute() => transport.Complete(_error);
}
