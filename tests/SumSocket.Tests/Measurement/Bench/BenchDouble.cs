using SumSocket.Client;

namespace SumSocket.Tests.Measurement.Bench;

/// <summary>A client for benches whose answers a test writes; disposed, it ends what is under way as the real ones do.</summary>
internal sealed class BenchDouble(Func<long, long, ValueTask<SumResult>>? answer = null) : ISumClient
{
    private readonly List<TaskCompletionSource<SumResult>> _underWay = [];

    public event Action<ConnectionEvent>? ConnectionChanged;

    /// <summary>What was asked and not answered, in order; a test answers here and now.</summary>
    public IReadOnlyList<TaskCompletionSource<SumResult>> UnderWay => _underWay;

    public SumConnectException? Refusal { get; init; }

    public Task ConnectAsync(CancellationToken cancellationToken = default) => Refusal is null ? Task.CompletedTask : Task.FromException(Refusal);

    public ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken = default)
    {
        if (answer is not null)
            return answer(a, b);
        TaskCompletionSource<SumResult> pending = new();
        lock (_underWay)
            _underWay.Add(pending);
        return new ValueTask<SumResult>(pending.Task);
    }

    public void Raise(ConnectionEvent change) => ConnectionChanged?.Invoke(change);

    public ValueTask DisposeAsync()
    {
        lock (_underWay)
        {
            foreach (TaskCompletionSource<SumResult> pending in _underWay)
                pending.TrySetResult(new SumResult(SumOutcome.OutcomeUnknown));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The right sum.</summary>
    public static ValueTask<SumResult> Right(long a, long b) => new(new SumResult(SumOutcome.Sum, a + b));
}
