using System.Threading.Tasks.Sources;

namespace SumSocket.Client;

/// <summary>A request whose caller awaits it.</summary>
internal sealed class AwaitedSum(IRequestOwner owner, AwaitedSumPool? pool) : PendingSum, IValueTaskSource<SumResult>
{
    private ManualResetValueTaskSourceCore<SumResult> _core = new() { RunContinuationsAsynchronously = true };
    private readonly IRequestOwner _owner = owner;
    private CancellationTokenRegistration _cancellation;

    /// <summary>How it ended, set under the gate and told to the caller outside it.</summary>
    public SumResult Result { get; set; }

    /// <summary>What the caller awaits. It must be taken before the request can end, for its token is that of this use.</summary>
    public ValueTask<SumResult> Begin(long a, long b)
    {
        (A, B) = (a, b);
        return new ValueTask<SumResult>(this, _core.Version);
    }

    /// <summary>Lets the token end the request. Call it after the request was submitted: the token may fire here and now.</summary>
    public void CancelWith(CancellationToken cancellationToken) => _cancellation = cancellationToken.UnsafeRegister(
        static (state, token) =>
        {
            var request = (AwaitedSum)state!;
            request._owner.Cancel(request, token);
        },
        this);

    public void Complete() => _core.SetResult(Result);

    public void CompleteCancelled(CancellationToken cancellationToken) => _core.SetException(new OperationCanceledException(cancellationToken));

    ValueTaskSourceStatus IValueTaskSource<SumResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<SumResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    SumResult IValueTaskSource<SumResult>.GetResult(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The result was asked for before the request ended.");

        // Waits for a callback that is running just now; behind it no token can reach the request's next user.
        _cancellation.Dispose();
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _cancellation = default;
            MaybeSent = false;
            _core.Reset();
            pool?.Return(this);
        }
    }
}
