using System.Numerics;

namespace SumSocket.Measurement.Statistics;

/// <summary>Counts durations in buckets that widen with the value, so that any percentile from 100 ns to 1 hour is right to three
/// significant digits out of a fixed 216 KiB, however many are recorded. Recording allocates nothing. Not for several threads at once: give
/// each its own and merge them.</summary>
/// <remarks>Values are ticks of 100 ns. The first 2,048 have a bucket each; from there every doubling is cut into 1,024 buckets, each less
/// than 0.1 % of its values wide. This is the layout of an HdrHistogram with three digits and a unit of 1, index for index, so
/// <see cref="HistogramText"/> writes and reads it without loss.</remarks>
internal sealed class Histogram : ITimes
{
    /// <summary>The longest duration with a bucket, 1 hour; longer ones count as this, but show in <see cref="Max"/>.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>How many buckets there are.</summary>
    public static readonly int Size = IndexOf(Longest.Ticks) + 1;

    private const double Rounding = 1e-9; // 99.9 is not exact in binary, and 1,000 samples are enough for it
    private const int SubBucketBits = 10;
    private const int SubBuckets = 1 << SubBucketBits;
    private const int CoarseBits = 5; // 32 ranges for each doubling, 3 % wide

    private readonly long[] _counts = new long[Size];
    private long _min = long.MaxValue;
    private long _max;
    private double _sum; // a double holds the sum of 2^53 ticks exactly, which is 28 years

    public long Count { get; private set; }

    /// <summary>All durations added up; exact up to 28 years.</summary>
    public TimeSpan Sum => TimeSpan.FromTicks((long)_sum);

    /// <summary>How many are in each bucket.</summary>
    internal ReadOnlySpan<long> Counts => _counts; // not public: comparisons by reflection cannot read a span

    /// <summary>The shortest, exactly; null when there is none.</summary>
    public TimeSpan? Min => Count == 0 ? null : TimeSpan.FromTicks(_min);

    /// <summary>The longest, exactly; null when there is none.</summary>
    public TimeSpan? Max => Count == 0 ? null : TimeSpan.FromTicks(_max);

    /// <summary>The mean, to the tick; null when there is none.</summary>
    public TimeSpan? Mean => Count == 0 ? null : TimeSpan.FromTicks((long)Math.Round(_sum / Count));

    /// <summary>The sample standard deviation, out of the buckets and so to three digits of the values; null for fewer than two.</summary>
    public TimeSpan? StandardDeviation
    {
        get
        {
            if (Count < 2)
                return null;
            double mean = _sum / Count, squares = 0;
            for (int i = 0; i < _counts.Length; i++)
            {
                double distance = _counts[i] == 0 ? 0 : MiddleOf(i) - mean;
                squares += distance * distance * _counts[i];
            }

            return TimeSpan.FromTicks((long)Math.Round(Math.Sqrt(squares / (Count - 1))));
        }
    }

    /// <summary>Makes one again out of its buckets and what they do not hold. An extreme that is not known is the middle of its
    /// bucket.</summary>
    public static Histogram Restore(ReadOnlySpan<long> counts, TimeSpan? min = null, TimeSpan? max = null, TimeSpan sum = default)
    {
        Histogram restored = new() { _sum = sum.Ticks };
        counts.CopyTo(restored._counts);
        int first = counts.IndexOfAnyExcept(0);
        if (first < 0)
            return restored;
        foreach (long count in counts)
            restored.Count = checked(restored.Count + count);
        restored._max = max?.Ticks ?? MiddleOf(counts.LastIndexOfAnyExcept(0));
        restored._min = Math.Min(min?.Ticks ?? MiddleOf(first), restored._max); // the greatest may lie below the middle of its bucket
        return restored;
    }

    /// <summary>Counts a duration, once or several times. A negative one, which no monotonic clock gives, counts as zero.</summary>
    public void Record(TimeSpan duration, long times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        if (times == 0)
            return;
        long ticks = Math.Max(0, duration.Ticks);
        _sum += (double)ticks * times;
        _min = Math.Min(_min, ticks);
        _max = Math.Max(_max, ticks);
        _counts[IndexOf(Math.Min(ticks, Longest.Ticks))] += times;
        Count += times;
    }

    /// <summary>Counts all that <paramref name="other"/> has counted.</summary>
    public void Merge(Histogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        _min = Math.Min(_min, other._min);
        _max = Math.Max(_max, other._max);
        _sum += other._sum;
        Count += other.Count;
    }

    /// <summary>What was counted since <paramref name="earlier"/>, a copy of this at an earlier time. Its extremes are exact where they are
    /// those of all, else they are the middles of their buckets.</summary>
    public Histogram Since(Histogram earlier)
    {
        Histogram since = new() { _sum = _sum - earlier._sum, Count = Count - earlier.Count };
        for (int i = 0; i < _counts.Length; i++)
        {
            since._counts[i] = _counts[i] - earlier._counts[i];
            if (since._counts[i] == 0)
                continue;
            since._min = Math.Min(since._min, Math.Clamp(MiddleOf(i), _min, _max));
            since._max = Math.Clamp(MiddleOf(i), _min, _max);
        }

        if (_max > earlier._max)
            since._max = _max;
        if (_min < earlier._min)
            since._min = _min;
        return since;
    }

    /// <summary>The ranges that are not empty, in order: each 3 % wide, or one tick under 6.4 microseconds.</summary>
    public IEnumerable<HistogramBucket> Buckets()
    {
        long from = 0, to = 0, count = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] == 0)
                continue;
            long lowest = LowestOf(i);
            if (lowest >= to)
            {
                if (count > 0)
                    yield return Range();
                int shift = Math.Max(0, BitOperations.Log2((ulong)lowest) - CoarseBits);
                (from, to, count) = (lowest >> shift << shift, (lowest >> shift) + 1 << shift, 0);
            }

            count += _counts[i];
        }

        if (count > 0)
            yield return Range();

        HistogramBucket Range() => new(TimeSpan.FromTicks(from), TimeSpan.FromTicks(to), count);
    }

    /// <summary>The duration that <paramref name="percent"/> of all do not exceed (nearest rank), to three significant digits. Null when
    /// there are too few to say: at least one must lie beyond, so a median needs 2, a 99th percentile 100, a 99.9th 1,000.</summary>
    /// <param name="percent">0 to 100; 0 is the shortest and 100 the longest, exactly, and both need only one.</param>
    public TimeSpan? Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (percent is 0)
            return Min;
        if (percent is 100)
            return Max;
        if (Count < SamplesFor(percent))
            return null;
        long rank = RankOf(percent);
        int index = 0;
        for (long seen = _counts[0]; seen < rank; seen += _counts[index])
            index++;
        return TimeSpan.FromTicks(Math.Clamp(MiddleOf(index), _min, _max));
    }

    /// <summary>How many samples a percentile takes: at least one must lie beyond it.</summary>
    public static long SamplesFor(double percent) =>
        percent is 0 or 100 ? 1 : (long)Math.Ceiling(100 / (100 - percent) * (1 - Rounding));

    /// <summary>Which in rising order a percentile is, from 1 (nearest rank).</summary>
    internal long RankOf(double percent) => Math.Max(1, (long)Math.Ceiling(Count * percent / 100 - Rounding));

    /// <summary>The bucket of a value, in the unit of the buckets: here ticks.</summary>
    internal static int IndexOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - SubBucketBits);
        return shift * SubBuckets + (int)(value >> shift);
    }

    /// <summary>The buckets that are not empty, each as a duration in its middle and how many it holds.</summary>
    public IEnumerable<(TimeSpan Middle, long Count)> Values()
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
                yield return (TimeSpan.FromTicks(Math.Clamp(MiddleOf(i), _min, _max)), _counts[i]);
        }
    }

    private static int ShiftOf(int index) => Math.Max(0, index / SubBuckets - 1);

    private static long LowestOf(int index) => (long)(index - ShiftOf(index) * SubBuckets) << ShiftOf(index);

    private static long MiddleOf(int index) => LowestOf(index) + ((1L << ShiftOf(index)) >> 1);
}

/// <summary>How many durations lie in a range, which excludes <paramref name="To"/>.</summary>
internal readonly record struct HistogramBucket(TimeSpan From, TimeSpan To, long Count);
