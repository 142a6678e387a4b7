namespace SumSocket.Client.Requests;

/// <summary>Requests that ended while the lock was held, in the order they ended. Their callers are notified once it is released.</summary>
/// <param name="timestamp">When they ended; 0 for now.</param>
internal struct CompletionList(long timestamp)
{
    private long _timestamp = timestamp;
    private AwaitedSum? _first;
    private AwaitedSum? _last;
    private CompletionNotifier? _notifier;

    /// <summary>Whether an observer must be notified; it may submit again.</summary>
    public readonly bool HasObserved => _notifier is not null;

    /// <summary>Ends a request. Under the lock; it must be live and in no queue.</summary>
    public void Add(PendingSum request, SumResult result)
    {
        request.Number = 0;
        result = result with { IsRetried = request.Retries > 0 };
        if (request is ObservedSum observed)
        {
            observed.Notifier.Add(observed, result, TimestampOf(observed.Notifier));
            return;
        }

        var awaited = (AwaitedSum)request;
        awaited.Result = result;
        if (_last is null)
            _first = awaited;
        else
            _last.Next = awaited;
        _last = awaited;
    }

    /// <summary>Ends a request that has no object. Under the lock.</summary>
    public void Add(CompletionNotifier notifier, in SumRequest sum, ISumObserver observer, in SumResult result) =>
        notifier.Add(sum, observer, result, TimestampOf(notifier));

    /// <summary>Ends several of one observer. Under the lock.</summary>
    /// <returns>Where to write at once, still under the lock, what became of each.</returns>
    public Span<SumCompletion> Add(CompletionNotifier notifier, ISumObserver observer, int count) =>
        notifier.Add(observer, count, TimestampOf(notifier));

    /// <summary>Completes callers, and notifies observers on this thread. Neither under the lock nor in an observer's own call.</summary>
    public void Complete()
    {
        CompleteAwaited();
        _notifier?.Notify();
    }

    /// <summary>The same from inside a caller's own call: observers are notified on another thread. Not under the lock.</summary>
    public void CompleteInCall()
    {
        CompleteAwaited();
        _notifier?.NotifyElsewhere();
    }

    /// <summary>The instant at which all of them end; remembers who notifies their observers.</summary>
    private long TimestampOf(CompletionNotifier notifier)
    {
        if (_notifier is not null)
            return _timestamp;
        _notifier = notifier; // a client has one
        if (_timestamp == 0)
            _timestamp = notifier.Now; // read once: what ends together is reported in one call
        return _timestamp;
    }

    private void CompleteAwaited()
    {
        while (_first is { } request)
        {
            _first = (AwaitedSum?)request.Next; // read first: a completed request may serve another caller before the call returns
            request.Next = null;
            try
            {
                request.Complete();
            }
            catch (Exception)
            {
                // The context that resumes this caller has gone, such as that of a closed window; the others must still be completed.
            }
        }

        _last = null;
    }
}
