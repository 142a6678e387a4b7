namespace SumSocket.Sockets;

/// <summary>The clock of deadlines: monotonic, and it stands still while the process does. A process that was suspended
/// (SIGSTOP, a paused virtual machine) would otherwise find every deadline passed when it wakes and cut every peer.</summary>
/// <remarks>It ticks with the sweep of the deadlines. Of the time from one tick to the next no more counts than a late timer explains:
/// the rest is a suspension, or one of many short ones.</remarks>
internal sealed class SuspendAwareClock
{
    /// <summary>How late a timer may be when the machine is busy.</summary>
    private static readonly TimeSpan _leastGap = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private Reading _last; // one object, so that no reader sees half of a tick
    private long _longestGap;

    /// <param name="time">The source of time.</param>
    /// <param name="period">How far apart ticks are.</param>
    public SuspendAwareClock(TimeProvider time, TimeSpan period)
    {
        _time = time;
        _last = new Reading(time.GetTimestamp(), 0);
        Expect(period);
    }

    /// <summary>A deadline that never passes.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Now, in the units of <see cref="TimeProvider.GetTimestamp"/>. Between waking and the next tick it stands still: a deadline
    /// set then would otherwise lie ahead by all of the suspension.</summary>
    public long Now => Read(Volatile.Read(ref _last), _time.GetTimestamp());

    /// <summary>The time of the last tick: to check a deadline elsewhere than in the sweep, which has to see a suspension first.</summary>
    public long LastTick => Volatile.Read(ref _last).Counted;

    /// <summary>The deadline that lies <paramref name="span"/> ahead; <see cref="Never"/> for
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public long After(TimeSpan span) => After(Span(span));

    /// <summary>The same of a span in this clock's units.</summary>
    public long After(long span) => span == Never ? Never : Now + span;

    /// <summary>How long <paramref name="span"/> is in this clock's units; <see cref="Never"/> for
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public long Span(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? Never : (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>How long a span in this clock's units is.</summary>
    public TimeSpan Time(long span) => _time.GetElapsedTime(0, span);

    /// <summary>The time since <paramref name="then"/>.</summary>
    public TimeSpan Since(long then) => _time.GetElapsedTime(then, Now);

    /// <summary>Says how far apart ticks are from now on.</summary>
    public void Expect(TimeSpan period) => Volatile.Write(ref _longestGap, Span(2 * period > _leastGap ? 2 * period : _leastGap));

    /// <summary>Called once a sweep, from one thread at a time.</summary>
    /// <returns>Whether some of the time since the last one does not count.</returns>
    public bool Tick()
    {
        Reading last = _last;
        long at = _time.GetTimestamp();
        Volatile.Write(ref _last, new Reading(at, Read(last, at)));
        return at - last.At > _longestGap;
    }

    private long Read(Reading last, long at) => last.Counted + Math.Min(at - last.At, Volatile.Read(ref _longestGap));

    /// <param name="At">The timestamp of a tick.</param>
    /// <param name="Counted">How much time had counted by then.</param>
    private sealed record Reading(long At, long Counted);
}
