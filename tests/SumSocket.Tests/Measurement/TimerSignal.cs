namespace SumSocket.Tests.Measurement;

/// <summary>A manual clock that tells when somebody has begun to wait on it, so that a test moves it neither too early nor too late.</summary>
internal sealed class TimerSignal : TimeProvider
{
    private readonly ManualTimeProvider _clock = new();
    private readonly SemaphoreSlim _timers = new(0);

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = _clock.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan)
            _timers.Release();
        return timer;
    }

    public void Advance(TimeSpan span) => _clock.Advance(span);

    /// <summary>Waits for the next timer to be set, then moves the clock.</summary>
    public async Task AdvanceWhenAwaitedAsync(TimeSpan span)
    {
        if (!await _timers.WaitAsync(TestTimeout.Span))
            throw new TimeoutException("Nobody waits on the clock.");
        Advance(span);
    }
}
