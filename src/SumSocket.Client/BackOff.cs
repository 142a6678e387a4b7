namespace SumSocket.Client;

/// <summary>How long to wait before the next attempt: doubling from a first pause to a longest one, and somewhere between half of that and
/// all of it, so that clients cut off together do not come back together.</summary>
internal static class BackOff
{
    /// <summary>The pause after a failed attempt.</summary>
    /// <param name="attempt">How many attempts have failed in a row, from 1.</param>
    /// <param name="initial">The pause after the first, before jitter.</param>
    /// <param name="max">The longest pause, before jitter.</param>
    /// <param name="random">A number from 0 to 1: where between half of the pause and all of it.</param>
    public static TimeSpan Delay(int attempt, TimeSpan initial, TimeSpan max, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        double doubled = initial.Ticks * Math.Pow(2, Math.Min(attempt - 1, 62));
        double pause = Math.Min(doubled, max.Ticks);
        return TimeSpan.FromTicks((long)(pause * (0.5 + random / 2)));
    }
}
