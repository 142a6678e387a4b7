using SumSocket.Client;

namespace SumSocket.Tests.Measurement.Bench;

/// <summary>
/// A client for benches whose answers a test writes; disposed, it ends what is under way as the real ones do. Observers are called here and
/// now, one call at a time, and what they submit meanwhile is answered after it.
/// </summary>
internal sealed class BenchDouble(TimeProvider time, Func<long, long, ValueTask<SumResult>>? answer = null) : ISumClient
{
    private readonly List<TaskCompletionSource<SumResult>> _underWay = [];
    private readonly Queue<(SumCompletion Ended, long Timestamp, ISumObserver Observer)> _ended = [];
    private bool _isReporting;
    private bool _isDisposed;

    public event Action<ConnectionEvent>? ConnectionChanged;

    /// <summary>What was sent and not answered, in order; a test answers here and now.</summary>
    public IReadOnlyList<TaskCompletionSource<SumResult>> UnderWay => _underWay;

    /// <summary>How many came with each call.</summary>
    public List<int> Batches { get; } = [];

    public SumConnectException? Refusal { get; init; }

    /// <summary>What becomes of the attempt to connect; null when it succeeds.</summary>
    public Func<CancellationToken, Task>? Dial { get; init; }

    /// <summary>What comes of the sum that is checked when a connection is opened; the right one, unless a test says otherwise.</summary>
    public Func<long, long, ValueTask<SumResult>> Check { get; init; } = Right;

    public Task ConnectAsync(CancellationToken cancellationToken = default) =>
        Refusal is not null ? Task.FromException(Refusal) : Dial?.Invoke(cancellationToken) ?? Task.CompletedTask;

    public ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken = default) => Check(a, b);

    private ValueTask<SumResult> AnswerAsync(long a, long b)
    {
        if (answer is not null)
            return answer(a, b);
        TaskCompletionSource<SumResult> pending = new();
        lock (_underWay)
            _underWay.Add(pending);
        return new ValueTask<SumResult>(pending.Task);
    }

    public void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Batches.Add(requests.Length);
        foreach (SumRequest request in requests.ToArray())
            _ = ReportAsync(request, observer);
    }

    public void Raise(ConnectionEvent change) => ConnectionChanged?.Invoke(change);

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        lock (_underWay)
        {
            foreach (TaskCompletionSource<SumResult> pending in _underWay)
                pending.TrySetResult(new SumResult(SumOutcome.OutcomeUnknown));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The right sum.</summary>
    public static ValueTask<SumResult> Right(long a, long b) => new(new SumResult(SumOutcome.Sum, a + b));

    private async Task ReportAsync(SumRequest request, ISumObserver observer)
    {
        SumResult result = await AnswerAsync(request.A, request.B).ConfigureAwait(false);
        lock (_ended)
        {
            _ended.Enqueue((new SumCompletion(request.A, request.B, request.Tag, result), time.GetTimestamp(), observer));
            if (_isReporting)
                return;
            _isReporting = true;
        }

        while (TryTake(out var next))
            next.Observer.OnCompleted([next.Ended], next.Timestamp);
    }

    private bool TryTake(out (SumCompletion Ended, long Timestamp, ISumObserver Observer) next)
    {
        lock (_ended)
            return _isReporting = _ended.TryDequeue(out next);
    }
}
