using System.Threading.Tasks.Sources;

namespace SumSocket.Client;

/// <summary>One caller's request, from the call to its outcome. Pooled, so that a sum allocates nothing once the pool is warm.</summary>
/// <remarks>
/// The object is used again, its <see cref="Number"/> never: whoever remembers a request remembers both, and one whose number no longer
/// matches is none of his business any more. That is what keeps a late answer from the next caller.
/// </remarks>
internal sealed class PendingSum(IRequestOwner owner, PendingSumPool? pool) : IValueTaskSource<SumResult>
{
    private ManualResetValueTaskSourceCore<SumResult> _core = new() { RunContinuationsAsynchronously = true };
    private readonly IRequestOwner _owner = owner;
    private CancellationTokenRegistration _cancellation;

    public long A { get; private set; }

    public long B { get; private set; }

    /// <summary>Which request this is, unique in its client; 0 once it has ended.</summary>
    public long Number { get; set; }

    /// <summary>When it ends unanswered, on the clock of <see cref="DeadlineSweeper"/>.</summary>
    public long Deadline { get; set; }

    /// <summary>A byte of it may have left, on this connection or an earlier one.</summary>
    public bool MaybeSent { get; set; }

    /// <summary>It stands in the line, and on no connection.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>How it ended, set under the gate and told to the caller outside it.</summary>
    public SumResult Result { get; set; }

    /// <summary>Its outcome if the connection is lost, or never made.</summary>
    public SumResult Unanswered => new(MaybeSent ? SumOutcome.OutcomeUnknown : SumOutcome.NotSent);

    /// <summary>Its outcome if its deadline passes.</summary>
    public SumResult Overdue => new(MaybeSent ? SumOutcome.TimedOut : SumOutcome.NotSent);

    public PendingSum? Next { get; set; }

    public PendingSum? Previous { get; set; }

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
            var request = (PendingSum)state!;
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
