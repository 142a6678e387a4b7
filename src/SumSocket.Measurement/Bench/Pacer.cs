namespace SumSocket.Measurement.Bench;

/// <summary>When questions of an open loop are due: pure functions, so that no delay of an answer can move the schedule.</summary>
public static class Pacer
{
    /// <summary>When a question is due, from the start of the schedule: question n at n / rate, to the tick.</summary>
    /// <param name="number">The how-manieth it is, from 0.</param>
    /// <param name="rate">Questions a second, at least 1.</param>
    public static TimeSpan DueAt(long number, long rate) =>
        new(number / rate * TimeSpan.TicksPerSecond + number % rate * TimeSpan.TicksPerSecond / rate);

    /// <summary>How many questions are due: the number of the first that is not.</summary>
    /// <param name="elapsed">The time since the start of the schedule.</param>
    /// <param name="rate">Questions a second, at least 1.</param>
    public static long DueBy(TimeSpan elapsed, long rate)
    {
        if (elapsed < TimeSpan.Zero)
            return 0;
        // DueAt rounds down, so the first n with DueAt(n) > elapsed is the first with n x 10^7 >= (elapsed + 1) x rate.
        (long seconds, long rest) = Math.DivRem(elapsed.Ticks + 1, TimeSpan.TicksPerSecond);
        return seconds * rate + (long)(((Int128)rest * rate + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
    }

    /// <summary>When the next question is due and how long that is away.</summary>
    /// <param name="elapsed">The time since the start of the schedule.</param>
    /// <param name="sent">How many were sent.</param>
    /// <param name="rate">Questions a second, at least 1.</param>
    /// <returns>The wait is zero for one that is overdue; it is to be measured from when it was due all the same.</returns>
    public static (TimeSpan Due, TimeSpan Wait) Next(TimeSpan elapsed, long sent, long rate)
    {
        TimeSpan due = DueAt(sent, rate);
        return (due, due > elapsed ? due - elapsed : TimeSpan.Zero);
    }
}
