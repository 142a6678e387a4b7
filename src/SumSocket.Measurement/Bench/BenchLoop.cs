namespace SumSocket.Measurement.Bench;

/// <summary>Decides how the requests of one connection follow one another. Requests that can leave together go to the client as one batch,
/// and the client returns each request's tag with its outcome. In a closed loop the tag is the instant of sending: requests that share it
/// and end together are counted together. In an open loop the tag is the number of a slot, which holds the instants of its
/// request.</summary>
internal abstract class BenchLoop(BenchConnection connection, BenchPlan plan, BenchClock clock) : ISumObserver
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected BenchConnection Connection { get; } = connection;
    protected BenchPlan Plan { get; } = plan;
    protected BenchClock Clock { get; } = clock;

    /// <summary>Sends until the plan ends and all requests have ended.</summary>
    public Task RunAsync()
    {
        Start();
        return _completion.Task;
    }

    /// <summary>Sends the requests that are due. Only an open loop has any that wait to be due.</summary>
    public virtual void Release(long now)
    {
    }

    /// <summary>Sends nothing more, and counts what was due and not sent.</summary>
    public virtual void LeaveRest(long now)
    {
    }

    public abstract void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp);

    protected abstract void Start();

    protected void Complete() => _completion.TrySetResult();
}
