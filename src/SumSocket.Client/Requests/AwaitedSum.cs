using System.Threading.Tasks.Sources;

namespace SumSocket.Client.Requests;

/// <summary>A request whose caller awaits it.</summary>
internal sealed class AwaitedSum(RequestCore core, AwaitedSumPool? pool) : PendingSum, IValueTaskSource<SumResult>
{
    private ManualResetValueTaskSourceCore<SumResult> _source = new() { RunContinuationsAsynchronously = true };
    private readonly RequestCore _core = core;
    private CancellationTokenRegistration _cancellation;

    /// <summary>How it ended, set under the lock and passed to the caller outside it.</summary>
    public SumResult Result { get; set; }

    /// <summary>What the caller awaits. It must be taken before the request can end, for its token is that of this use.</summary>
    public ValueTask<SumResult> Begin(long a, long b)
    {
        (A, B) = (a, b);
        return new ValueTask<SumResult>(this, _source.Version);
    }

    /// <summary>Lets the token end the request. Call it after the request was submitted: the token may fire here and now.</summary>
    public void CancelWith(CancellationToken cancellationToken) => _cancellation = cancellationToken.UnsafeRegister(
        static (state, token) =>
        {
            var request = (AwaitedSum)state!;
            request._core.Cancel(request, token);
        },
        this);

    public void Complete() => _source.SetResult(Result);

    public void CompleteCancelled(CancellationToken cancellationToken) =>
        _source.SetException(new OperationCanceledException(cancellationToken));

    ValueTaskSourceStatus IValueTaskSource<SumResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<SumResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    SumResult IValueTaskSource<SumResult>.GetResult(short token)
    {
        if (_source.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The result was requested before the request ended.");

        // Waits for a callback that is running just now; behind it no token can reach the request's next user.
        _cancellation.Dispose();
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _cancellation = default;
            Reset();
            _source.Reset();
            pool?.Return(this);
        }
    }
}

/// <summary>Requests for reuse. They are rented under the core's lock, which is taken for each request anyway, and come back without a
/// lock: one of the pool's own for each of the two cost a tenth of a pipelined sum.</summary>
/// <param name="capacity">How many are kept; those beyond it, made for a passing crowd of callers, are let go.</param>
internal sealed class AwaitedSumPool(int capacity)
{
    private AwaitedSum? _pooled;  // under the core's lock
    private AwaitedSum? _returned; // a stack that is only ever pushed on, or taken whole
    private int _made;

    /// <summary>A pooled request, or a new one. Under the core's lock.</summary>
    public AwaitedSum Rent(RequestCore core)
    {
        AwaitedSum? request = _pooled ?? Interlocked.Exchange(ref _returned, null);
        if (request is null)
            return new AwaitedSum(core, _made++ < capacity ? this : null);
        _pooled = (AwaitedSum?)request.Next;
        request.Next = null;
        return request;
    }

    /// <summary>Gives a request back. From anywhere.</summary>
    public void Return(AwaitedSum request)
    {
        AwaitedSum? top = Volatile.Read(ref _returned);
        while (true)
        {
            request.Next = top;
            AwaitedSum? found = Interlocked.CompareExchange(ref _returned, request, top);
            if (found == top)
                return;
            top = found;
        }
    }
}
