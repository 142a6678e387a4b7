namespace SumSocket.Client;

/// <summary>Checks options against their ranges and names the one that is out of it.</summary>
internal static class OptionRange
{
    public static void ThrowUnlessBetween(long value, long min, long max, string name)
    {
        if (value < min || value > max)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {min} to {max}.");
    }

    /// <summary>The upper end is what timers and the kernel take: 2^31-1 ms, somewhat over 24 days.</summary>
    public static void ThrowUnlessSpan(TimeSpan value, string name, bool mayBeInfinite)
    {
        bool isInfinite = mayBeInfinite && value == Timeout.InfiniteTimeSpan;
        if (!isInfinite && (value < TimeSpan.FromMilliseconds(1) || value.TotalMilliseconds > int.MaxValue))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 ms to 24 days{(mayBeInfinite ? ", or infinite" : "")}.");
    }
}
