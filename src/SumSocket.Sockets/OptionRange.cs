namespace SumSocket.Sockets;

/// <summary>The range checks of all options, so that both ends accept the same values and report a wrong one in the same words.</summary>
internal static class OptionRange
{
    /// <summary>The longest time-out: timers and TCP_USER_TIMEOUT count milliseconds in 31 bits, which is somewhat over 24 days.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Checks a number against a range that includes both ends.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside; the message names the option and the range.</exception>
    public static void ThrowUnlessBetween(long value, long min, long max, string name)
    {
        if (value < min || value > max)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {min} to {max}.");
    }

    /// <summary>Checks a share, from 0 to a greatest one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside; the message names the option and the range.</exception>
    public static void ThrowUnlessShare(double value, double max, string name)
    {
        if (!(value >= 0 && value <= max)) // NaN is neither
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} must be 0 to {max}."));
    }

    /// <summary>Checks a time-out: 1 ms to <see cref="Longest"/> and, where that is allowed,
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside; the message names the option and the range.</exception>
    public static void ThrowUnlessTimeout(TimeSpan value, string name, bool mayBeInfinite = true)
    {
        bool isInfinite = mayBeInfinite && value == Timeout.InfiniteTimeSpan;
        if (!isInfinite && (value < TimeSpan.FromMilliseconds(1) || value > Longest))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 ms to 24 days{(mayBeInfinite ? ", or infinite" : "")}.");
    }

    /// <summary>Checks a delay: 0 to a day, which is the longest that a request can ask for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside; the message names the option and the range.</exception>
    public static void ThrowUnlessDelay(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 to 24 hours.");
    }
}
