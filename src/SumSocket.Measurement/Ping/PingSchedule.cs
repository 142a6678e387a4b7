namespace SumSocket.Measurement.Ping;

/// <summary>When the next round is due: a pure function of the time that has passed.</summary>
internal static class PingSchedule
{
    /// <summary>The slot of the next round, the first being 0, and how long to wait for it. Slot k is due at k × interval, however long
    /// answers took. A slot whose time passed while an answer was awaited is used at once; several such slots count as one, so that no
    /// burst follows a pause. With no interval every slot is due at once.</summary>
    public static (long Slot, TimeSpan Wait) Next(TimeSpan elapsed, TimeSpan interval, long lastSlot)
    {
        if (interval <= TimeSpan.Zero)
            return (lastSlot + 1, TimeSpan.Zero);
        long slot = Math.Max(lastSlot + 1, elapsed.Ticks / interval.Ticks);
        return (slot, Longer(interval * slot - elapsed, TimeSpan.Zero));
    }

    /// <summary>How many slots are due by an instant, and before the end of the ping.</summary>
    public static long DueBy(TimeSpan elapsed, PingOptions options)
    {
        long due = elapsed.Ticks / options.Interval.Ticks + 1;
        return options.Deadline == Timeout.InfiniteTimeSpan
            ? due
            : Math.Min(due, (options.Deadline.Ticks + options.Interval.Ticks - 1) / options.Interval.Ticks);
    }

    /// <summary>How many rounds all workers have together, if none is skipped; null for no end.</summary>
    public static long? MostRounds(PingOptions options)
    {
        bool isTimed = options.Deadline != Timeout.InfiniteTimeSpan && options.Interval > TimeSpan.Zero;
        long most = Math.Min(options.Count ?? long.MaxValue, isTimed ? DueBy(options.Deadline, options) : long.MaxValue);
        return most == long.MaxValue ? null : Math.Min(most, long.MaxValue / options.Workers) * options.Workers;
    }

    public static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

/// <summary>The second addend of each request of a ping: a pure function of its number.</summary>
internal static class PingAddend
{
    /// <summary>How many requests in a row have different sums, if they must: more than are sent within a time-out.</summary>
    public const long Distinct = 1L << 40;

    /// <summary>B; or where sums must be distinct B, B + 1, and so on, and B again. Near the end of the 64-bit range it counts down. A sum
    /// outside that range stays the same: the user wants to see the overflow.</summary>
    public static long Of(PingOptions options, long number)
    {
        if (!options.DistinctSums || !Fits(options.A, options.B, 0))
            return options.B;
        long step = number % Distinct;
        return Fits(options.A, options.B, Distinct - 1) ? options.B + step : options.B - step;
    }

    private static bool Fits(long a, Int128 b, long step) =>
        b + step <= long.MaxValue && a + b + step is var sum && sum >= long.MinValue && sum <= long.MaxValue;
}
