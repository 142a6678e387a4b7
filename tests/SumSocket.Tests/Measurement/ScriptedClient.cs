using SumSocket.Client;

namespace SumSocket.Tests.Measurement;

/// <summary>A client whose answers a test writes.</summary>
internal sealed class ScriptedClient(Func<long, long, CancellationToken, ValueTask<SumResult>> answer) : ISumClient
{
    public event Action<ConnectionEvent>? ConnectionChanged;

    public int Calls { get; private set; }

    /// <summary>Says when an answer was received.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public Task ConnectAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken = default)
    {
        Calls++;
        return answer(a, b, cancellationToken);
    }

    public void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer)
    {
        foreach (SumRequest request in requests.ToArray())
            _ = ReportAsync(request, observer);
    }

    public void Raise(ConnectionEvent change) => ConnectionChanged?.Invoke(change);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task ReportAsync(SumRequest request, ISumObserver observer)
    {
        SumResult result = await SumAsync(request.A, request.B).ConfigureAwait(false);
        observer.OnCompleted([new SumCompletion(request.A, request.B, request.Tag, result)], Clock.GetTimestamp());
    }
}
