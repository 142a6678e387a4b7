namespace SumSocket.Client.Requests;

/// <summary>Notifies observers of the outcomes of their requests: in the order they ended, one call at a time, outside the lock. If another
/// thread is already notifying, it also delivers these. It also pools requests whose outcomes have been copied.</summary>
/// <param name="coreLock">The lock of the core.</param>
/// <param name="events">Where a failure of an observer is logged.</param>
/// <param name="time">An exact clock.</param>
/// <param name="capacity">How many requests are kept for reuse.</param>
internal sealed class CompletionNotifier(Lock coreLock, ConnectionEvents events, TimeProvider time, int capacity) : IThreadPoolWorkItem
{
    private CompletionBatch? _ended; // not delivered yet
    private PendingSum? _pooled;
    private int _pooledCount;
    private bool _isNotifying;
    private TaskCompletionSource? _notified;

    public TimeProvider Clock => time;

    public long Now => time.GetTimestamp();

    /// <summary>A pooled request, or a new one. Under the lock.</summary>
    public ObservedSum Rent(in SumRequest sum, ISumObserver observer)
    {
        ObservedSum request;
        if (_pooled is null)
        {
            request = new ObservedSum(this);
        }
        else
        {
            request = (ObservedSum)_pooled;
            _pooled = request.Next;
            _pooledCount--;
            request.Next = null;
        }

        request.Begin(sum, observer);
        return request;
    }

    /// <summary>Requests have ended: their observer must be notified. Under the lock.</summary>
    /// <returns>Where to write at once, still under the lock, what became of each.</returns>
    public Span<SumCompletion> Add(ISumObserver observer, int count, long timestamp) =>
        (_ended ??= CompletionBatch.Rent()).Add(observer, count, timestamp);

    /// <summary>A request has ended: its observer must be notified. Under the lock.</summary>
    public void Add(in SumRequest sum, ISumObserver observer, in SumResult result, long timestamp) =>
        Add(observer, 1, timestamp)[0] = new SumCompletion(sum.A, sum.B, sum.Tag, result);

    /// <summary>The same, and its object goes back to the pool.</summary>
    public void Add(ObservedSum request, in SumResult result, long timestamp)
    {
        Add(new SumRequest(request.A, request.B, request.Tag), request.Observer!, result, timestamp);
        request.Clear();
        if (_pooledCount == capacity)
            return;
        _pooledCount++;
        request.Next = _pooled;
        _pooled = request;
    }

    /// <summary>Notifies until nothing is left, unless another thread does. Not under the lock.</summary>
    public void Notify()
    {
        for (bool isFirst = true; Take(isFirst) is { } ended; isFirst = false)
            ended.Notify(events);
    }

    /// <summary>The same on another thread.</summary>
    public void NotifyElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Waits until every observer was notified of all that has ended.</summary>
    public Task NotifiedAsync()
    {
        lock (coreLock)
        {
            if (!_isNotifying && _ended is null)
                return Task.CompletedTask;
            return (_notified ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    void IThreadPoolWorkItem.Execute() => Notify();

    private CompletionBatch? Take(bool isFirst)
    {
        lock (coreLock)
        {
            if (isFirst && _isNotifying)
                return null;
            CompletionBatch? ended = _ended;
            _ended = null;
            _isNotifying = ended is not null;
            if (!_isNotifying)
                _notified?.TrySetResult();
            return ended;
        }
    }
}

/// <summary>A request of an <see cref="ISumObserver"/>; over TCP only one that must be queued.</summary>
internal sealed class ObservedSum(CompletionNotifier notifier) : PendingSum
{
    /// <summary>Delivers its outcome, and pools it.</summary>
    public CompletionNotifier Notifier => notifier;

    /// <summary>Gets the outcome; null while pooled.</summary>
    public ISumObserver? Observer { get; private set; }

    public long Tag { get; private set; }

    public void Begin(in SumRequest sum, ISumObserver observer)
    {
        (A, B, Tag, Observer) = (sum.A, sum.B, sum.Tag, observer);
        Reset();
    }

    public void Clear() => Observer = null;
}
