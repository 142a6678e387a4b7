namespace SumSocket.Measurement.Ping;

/// <summary>When the next round is due: a pure function of the time that has passed.</summary>
public static class PingSchedule
{
    /// <summary>
    /// The slot of the next round. Slot k is due at k × interval, whatever the answers took. A slot whose time has passed while an answer was
    /// awaited is used at once; when several have, they count as one, so that no burst follows a pause.
    /// </summary>
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
