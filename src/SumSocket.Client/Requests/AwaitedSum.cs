using System.Threading.Tasks.Sources;

namespace SumSocket.Client.Requests;

/// <summary>A request whose caller awaits it.</summary>
internal sealed class AwaitedSum(RequestCore core, AwaitedSumPool? pool) : PendingSum, IValueTaskSource<SumResult>
{
    private ManualResetValueTaskSourceCore<SumResult> _source = new() { RunContinuationsAsynchronously = true };
    private readonly RequestCore _core = core;
    private CancellationTokenRegistration _cancellation;

    /// <summary>How it ended, set under the lock and told to the caller outside it.</summary>
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

    void IValueTaskSource<SumResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    SumResult IValueTaskSource<SumResult>.GetResult(short token)
    {
        if (_source.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The result was asked for before the request ended.");

        // Waits for a callback that is running just now; behind it no token can reach the request's next user.
        _cancellation.Dispose();
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _cancellation = default;
            MaybeSent = false;
            _source.Reset();
            pool?.Return(this);
        }
    }
}
