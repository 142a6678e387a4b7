namespace SumSocket.Tests;

/// <summary>A clock whose timers fire too early, but for the shortest, as those of the system do by up to a millisecond or two.</summary>
internal sealed class HastyTimeProvider(TimeProvider inner, TimeSpan early) : TimeProvider
{
    public override long TimestampFrequency => inner.TimestampFrequency;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime > early ? dueTime - early : dueTime, period);
}
