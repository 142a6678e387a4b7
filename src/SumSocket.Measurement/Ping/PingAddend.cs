namespace SumSocket.Measurement.Ping;

/// <summary>The second addend of each question of a ping: a pure function of its number.</summary>
public static class PingAddend
{
    /// <summary>
    /// How many questions in a row have different sums, where they are to: more than are asked while one that was lost waits, at any rate and for any
    /// time-out in use.
    /// </summary>
    public const long Distinct = 1L << 40;

    /// <summary>
    /// B; or where sums are to be distinct B, B + 1, and so on, and B again. Near the end of the 64-bit range it counts down. What is outside that
    /// range stays so: to ask for an overflow is to ask for nothing else.
    /// </summary>
    /// <param name="options">What is asked.</param>
    /// <param name="number">The how-manieth question this is, from 0, among those of all workers.</param>
    public static long Of(PingOptions options, long number)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.DistinctSums || !Fits(options.A, options.B, 0))
            return options.B;
        long step = number % Distinct;
        return Fits(options.A, options.B, Distinct - 1) ? options.B + step : options.B - step;
    }

    private static bool Fits(long a, Int128 b, long step) => b + step <= long.MaxValue && a + b + step is var sum && sum >= long.MinValue && sum <= long.MaxValue;
}
