using SumSocket.Client;

namespace SumSocket.Tests.Measurement;

/// <summary>A client whose answers a test writes.</summary>
internal sealed class ScriptedClient(Func<long, long, CancellationToken, ValueTask<SumResult>> answer) : ISumClient
{
    public event Action<ConnectionEvent>? ConnectionChanged;

    public int Calls { get; private set; }

    public Task ConnectAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken = default)
    {
        Calls++;
        return answer(a, b, cancellationToken);
    }

    public void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer) =>
        throw new NotSupportedException("A ping sends one by one.");

    public void Raise(ConnectionEvent change) => ConnectionChanged?.Invoke(change);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
