using System.Numerics;

namespace SumSocket.Measurement;

/// <summary>
/// Counts durations in buckets that widen with the value, so that any percentile from 100 ns to 1 hour is right to three significant digits
/// out of a fixed 216 KiB, however many are recorded. Recording allocates nothing. Not for several threads at once: give each its own and merge.
/// </summary>
/// <remarks>
/// Values are ticks of 100 ns. The first 2,048 have a bucket each; from there every doubling is cut into 1,024 buckets, each less than 0.1 %
/// of its values wide. (Log-linear, as in HdrHistogram.)
/// </remarks>
public sealed class Histogram
{
    /// <summary>The longest duration told apart, 1 hour; longer ones count as this, but show in <see cref="Max"/>.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const int SubBucketBits = 10;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[IndexOf(Longest.Ticks) + 1];
    private long _min = long.MaxValue;
    private long _max;

    /// <summary>How many durations were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The shortest, exactly; null when there is none.</summary>
    public TimeSpan? Min => Count == 0 ? null : TimeSpan.FromTicks(_min);

    /// <summary>The longest, exactly; null when there is none.</summary>
    public TimeSpan? Max => Count == 0 ? null : TimeSpan.FromTicks(_max);

    /// <summary>Counts one duration; a negative one, which no monotonic clock gives, counts as zero.</summary>
    public void Record(TimeSpan duration)
    {
        long ticks = Math.Max(0, duration.Ticks);
        _min = Math.Min(_min, ticks);
        _max = Math.Max(_max, ticks);
        _counts[IndexOf(Math.Min(ticks, Longest.Ticks))]++;
        Count++;
    }

    /// <summary>Counts all that <paramref name="other"/> has counted.</summary>
    public void Merge(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        _min = Math.Min(_min, other._min);
        _max = Math.Max(_max, other._max);
        Count += other.Count;
    }

    /// <summary>
    /// The duration that <paramref name="percent"/> of all do not exceed (nearest rank), to three significant digits. Null when there are too
    /// few to say: at least one must lie beyond, so a median takes 2, a 99th percentile 100, a 99.9th 1,000.
    /// </summary>
    /// <param name="percent">0 to 100; 0 is the shortest and 100 the longest, exactly, and both need only one.</param>
    public TimeSpan? Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (percent is 0)
            return Min;
        if (percent is 100)
            return Max;
        const double Rounding = 1e-9; // 99.9 is not exact in binary, and 1,000 samples are to support it
        if (Count * (100 - percent) / 100 < 1 - Rounding)
            return null;
        long rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100 - Rounding));
        int index = 0;
        for (long seen = _counts[0]; seen < rank; seen += _counts[index])
            index++;
        return TimeSpan.FromTicks(Math.Clamp(MiddleOf(index), _min, _max));
    }

    private static int IndexOf(long ticks)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)ticks) - SubBucketBits);
        return shift * SubBuckets + (int)(ticks >> shift);
    }

    private static long MiddleOf(int index)
    {
        int shift = Math.Max(0, index / SubBuckets - 1);
        long lowest = (long)(index - shift * SubBuckets) << shift;
        return lowest + ((1L << shift) >> 1);
    }
}
