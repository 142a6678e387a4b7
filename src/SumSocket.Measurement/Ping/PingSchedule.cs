namespace SumSocket.Measurement.Ping;

/// <summary>When the next round is due: a pure function of the time that has passed.</summary>
internal static class PingSchedule
{
    /// <summary>The slot of the next round. Slot k is due at k × interval, whatever the answers took. A slot whose time has passed while an
    /// answer was awaited is used at once; when several have, they count as one, so that no burst follows a pause.</summary>
    /// <param name="elapsed">Time since the start.</param>
    /// <param name="interval">From slot to slot; zero makes every slot due at once.</param>
    /// <param name="lastSlot">The slot used last, -1 before the first.</param>
    /// <returns>The slot to use and how long to wait for it.</returns>
    public static (long Slot, TimeSpan Wait) Next(TimeSpan elapsed, TimeSpan interval, long lastSlot)
    {
        if (interval <= TimeSpan.Zero)
            return (lastSlot + 1, TimeSpan.Zero);
        long slot = Math.Max(lastSlot + 1, elapsed.Ticks / interval.Ticks);
        TimeSpan wait = interval * slot - elapsed;
        return (slot, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
    }
}

/// <summary>The second addend of each request of a ping: a pure function of its number.</summary>
internal static class PingAddend
{
    /// <summary>How many requests in a row have different sums, where they are to: more than are asked while one that was lost waits, at
    /// any rate and for any time-out in use.</summary>
    public const long Distinct = 1L << 40;

    /// <summary>B; or where sums must be distinct B, B + 1, and so on, and B again. Near the end of the 64-bit range it counts down. What
    /// is outside that range stays so: to ask for an overflow is to ask for nothing else.</summary>
    /// <param name="options">The options.</param>
    /// <param name="number">The number of the request, from 0, among those of all workers.</param>
    public static long Of(PingOptions options, long number)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.DistinctSums || !Fits(options.A, options.B, 0))
            return options.B;
        long step = number % Distinct;
        return Fits(options.A, options.B, Distinct - 1) ? options.B + step : options.B - step;
    }

    private static bool Fits(long a, Int128 b, long step) =>
        b + step <= long.MaxValue && a + b + step is var sum && sum >= long.MinValue && sum <= long.MaxValue;
}
