using System.Collections.Concurrent;

namespace SumSocket.Tests.Measurement.Storm;

/// <summary>A clock that only a test moves, and that counts the timers that were set, by their time.</summary>
internal sealed class StormClock : TimeProvider
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ConcurrentDictionary<TimeSpan, int> _timers = new();

    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <summary>How many timers were set for that long, ever.</summary>
    public int Timers(TimeSpan dueTime) => _timers.GetValueOrDefault(dueTime);

    public void Advance(TimeSpan by) => _clock.Advance(by);

    public void Jump(TimeSpan by) => _clock.Jump(by);

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = _clock.CreateTimer(callback, state, dueTime, period);
        _timers.AddOrUpdate(dueTime, 1, static (_, count) => count + 1);
        return timer;
    }
}
