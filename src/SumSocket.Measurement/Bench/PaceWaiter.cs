using System.Threading.Tasks.Sources;

namespace SumSocket.Measurement.Bench;

/// <summary>
/// One place's wait for its time; used again and again, so that a wait allocates nothing. Whoever ends the wait goes on with what follows it.
/// </summary>
internal sealed class PaceWaiter : IValueTaskSource<long>
{
    private ManualResetValueTaskSourceCore<long> _core;

    /// <summary>Begins a wait. The last one must have been awaited.</summary>
    public ValueTask<long> Begin()
    {
        _core.Reset();
        return new ValueTask<long>(this, _core.Version);
    }

    /// <summary>Ends it with the number of the question to ask.</summary>
    public void End(long number) => _core.SetResult(number);

    long IValueTaskSource<long>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<long>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<long>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
