namespace SumSocket.Server.Tcp;

/// <summary>
/// The time by which deadlines are judged: monotonic, and standing still while the process did. A process that was suspended (SIGSTOP, a paused
/// virtual machine) would otherwise find every deadline passed when it wakes and cut every peer.
/// </summary>
/// <param name="time">The source of time.</param>
internal sealed class ServiceClock(TimeProvider time)
{
    /// <summary>A gap between two sweeps that is longer than this is a suspension and not a late timer.</summary>
    private static readonly TimeSpan _longestDelay = TimeSpan.FromSeconds(2);

    private long _suspended;                        // timestamp units that did not count
    private long _lastTick = time.GetTimestamp();

    /// <summary>A deadline that never passes.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Now, in the units of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long Now => time.GetTimestamp() - Volatile.Read(ref _suspended);

    /// <summary>The time of the last tick: for judging a deadline elsewhere than in the sweep, which has to see a suspension first.</summary>
    public long LastTick => Volatile.Read(ref _lastTick) - Volatile.Read(ref _suspended);

    /// <summary>The deadline that lies <paramref name="span"/> ahead; <see cref="Never"/> for <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public long After(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? Never : Now + Units(span);

    /// <summary>A span in the units of <see cref="Now"/>.</summary>
    private long Units(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>The time since <paramref name="then"/>.</summary>
    public TimeSpan Since(long then) => time.GetElapsedTime(then, Now);

    /// <summary>Called once a sweep, from one thread at a time: takes note of a suspension.</summary>
    /// <param name="period">How far apart sweeps are meant to be.</param>
    /// <returns>Now.</returns>
    public long Tick(TimeSpan period)
    {
        long now = time.GetTimestamp();
        TimeSpan gap = time.GetElapsedTime(_lastTick, now);
        if (gap > period + _longestDelay)
            Volatile.Write(ref _suspended, _suspended + Units(gap - period));
        Volatile.Write(ref _lastTick, now);
        return now - _suspended;
    }
}
