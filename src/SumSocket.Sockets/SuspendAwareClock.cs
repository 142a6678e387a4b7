namespace SumSocket.Sockets;

/// <summary>The clock of deadlines: monotonic, and it stands still while the process does. A process that was suspended
/// (SIGSTOP, a paused virtual machine) would otherwise find every deadline passed when it wakes and cut every peer.</summary>
/// <param name="time">The source of time.</param>
internal sealed class SuspendAwareClock(TimeProvider time)
{
    /// <summary>A gap since the last sweep that is longer than this is a suspension and not a late timer.</summary>
    private static readonly TimeSpan _longestDelay = TimeSpan.FromSeconds(2);

    private readonly long _longestGap = (long)(_longestDelay.TotalSeconds * time.TimestampFrequency);
    private Reading _last = new(time.GetTimestamp(), 0); // one object, so that no reader sees half of a tick

    /// <summary>A deadline that never passes.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Now, in the units of <see cref="TimeProvider.GetTimestamp"/>. Between waking and the next tick it stands still: a deadline
    /// set then would otherwise lie ahead by all of the suspension.</summary>
    public long Now => Read(Volatile.Read(ref _last), time.GetTimestamp());

    /// <summary>The time of the last tick: to check a deadline elsewhere than in the sweep, which has to see a suspension first.</summary>
    public long LastTick
    {
        get
        {
            Reading last = Volatile.Read(ref _last);
            return last.At - last.Suspended;
        }
    }

    /// <summary>The deadline that lies <paramref name="span"/> ahead; <see cref="Never"/> for
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public long After(TimeSpan span) => After(Span(span));

    /// <summary>The same of a span in this clock's units.</summary>
    public long After(long span) => span == Never ? Never : Now + span;

    /// <summary>How long <paramref name="span"/> is in this clock's units; <see cref="Never"/> for
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public long Span(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? Never : (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>How long a span in this clock's units is.</summary>
    public TimeSpan Time(long span) => time.GetElapsedTime(0, span);

    /// <summary>The time since <paramref name="then"/>.</summary>
    public TimeSpan Since(long then) => time.GetElapsedTime(then, Now);

    /// <summary>Called once a sweep, from one thread at a time: takes note of a suspension.</summary>
    /// <returns>Now.</returns>
    public long Tick()
    {
        long at = time.GetTimestamp();
        long now = Read(_last, at);
        Volatile.Write(ref _last, new Reading(at, at - now));
        return now;
    }

    private long Read(Reading last, long at) => (at - last.At > _longestGap ? last.At : at) - last.Suspended;

    /// <param name="At">The timestamp of a tick.</param>
    /// <param name="Suspended">How much of it did not count.</param>
    private sealed record Reading(long At, long Suspended);
}
