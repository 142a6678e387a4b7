using System.Threading.Channels;

namespace SumSocket.Tests.Measurement;

/// <summary>
/// A manual clock that reports when a wait on it has begun, so that a test moves it neither too early nor too late.
/// </summary>
internal sealed class TimerSignal : TimeProvider
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = _clock.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan)
            _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Whether a wait was begun that no <see cref="AdvanceWhenAwaitedAsync"/> has been for.</summary>
    public bool IsAwaited => _timers.Reader.TryPeek(out _);

    public TimeSpan? NextDue => _clock.NextDue;

    public void Advance(TimeSpan span) => _clock.Advance(span);

    /// <summary>Waits for the next timer to be set, then moves the clock.</summary>
    public async Task AdvanceWhenAwaitedAsync(TimeSpan span)
    {
        await _timers.Reader.ReadAsync().AsTask().WaitAsync(TestTimeout.Span);
        Advance(span);
    }
}
