namespace SumSocket.Measurement.Bench;

/// <summary>The time of a bench, in ticks of 100 ns from when it was made.</summary>
internal sealed class BenchClock(TimeProvider time)
{
    private readonly double _ticksPerStamp = (double)TimeSpan.TicksPerSecond / time.TimestampFrequency; // saves a division for each receive
    private readonly long _start = time.GetTimestamp();

    public long Now => At(time.GetTimestamp());

    /// <summary>The time at a time stamp of the same provider.</summary>
    public long At(long timestamp) => (long)((timestamp - _start) * _ticksPerStamp);

    /// <summary>Whether it is the system's clock and not a test's.</summary>
    public bool IsReal => time == TimeProvider.System;

    /// <summary>The time of day at an instant.</summary>
    public DateTimeOffset TimeOfDay(long instant)
    {
        (DateTimeOffset day, long now) = ReadBoth();
        return day + new TimeSpan(instant - now);
    }

    /// <summary>The instant at a time of day, as the clock of the machine is set now.</summary>
    public long InstantOf(DateTimeOffset timeOfDay)
    {
        (DateTimeOffset day, long now) = ReadBoth();
        return now + (timeOfDay - day).Ticks;
    }

    /// <summary>Both clocks at one moment: read again when the thread was interrupted between them.</summary>
    private (DateTimeOffset Day, long Now) ReadBoth()
    {
        const int MostTries = 10;
        const int Together = 10; // ticks, which is a microsecond
        for (int tries = 1; ; tries++)
        {
            long before = Now;
            DateTimeOffset day = time.GetUtcNow();
            long after = Now;
            if (after - before <= Together || tries == MostTries)
                return (day, after);
        }
    }

    /// <summary>Waits until an instant, or until <paramref name="stop"/>; never throws.</summary>
    public async Task WaitUntilAsync(long instant, CancellationToken stop)
    {
        // No timer takes more than 49 days; a wait without an instant ends by the token.
        TimeSpan wait = instant == long.MaxValue ? TimeSpan.FromDays(1) : new TimeSpan(instant - Now);
        if (wait <= TimeSpan.Zero)
            return;
        wait = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait.TotalMilliseconds, 86_400_000))); // timers count whole milliseconds
        await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
