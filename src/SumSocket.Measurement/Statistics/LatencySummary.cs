namespace SumSocket.Measurement.Statistics;

/// <summary>The figures of a histogram.</summary>
internal sealed record LatencySummary
{
    // As many points between 99 % and 99.5 % as between 0 % and 50 %: eight for every halving of what lies beyond.
    private const int StepsPerHalving = 8;

    public required long Count { get; init; }

    /// <summary>Null, as are all here, when there are too few samples to say.</summary>
    public TimeSpan? Min { get; init; }

    public TimeSpan? Mean { get; init; }

    public TimeSpan? StandardDeviation { get; init; }

    public TimeSpan? Max { get; init; }

    /// <summary>The percentiles requested, in that order.</summary>
    public required IReadOnlyList<PercentileValue> Percentiles { get; init; }

    /// <summary>Percentiles that get closer towards 100, as far as there are enough samples for them; the last is the longest.</summary>
    public required IReadOnlyList<PercentileValue> Curve { get; init; }

    /// <summary>The samples in ranges 3 % wide, those that hold any.</summary>
    public required IReadOnlyList<HistogramBucket> Buckets { get; init; }

    /// <summary>All samples; null in results of versions that did not write them.</summary>
    public Histogram? Histogram { get; init; }

    public static LatencySummary Of(Histogram times, IReadOnlyList<double> percentiles) => new()
    {
        Count = times.Count,
        Min = times.Min,
        Mean = times.Mean,
        StandardDeviation = times.StandardDeviation,
        Max = times.Max,
        Percentiles = Read(times, percentiles),
        Curve = [.. Draw(times)],
        Buckets = [.. times.Buckets()],
        Histogram = times,
    };

    public static IReadOnlyList<PercentileValue> Read(Histogram times, IReadOnlyList<double> percentiles) =>
        [.. percentiles.Select(percent => new PercentileValue(percent, times.Percentile(percent)))];

    private static IEnumerable<PercentileValue> Draw(Histogram times)
    {
        if (times.Count == 0)
            yield break;
        yield return new PercentileValue(0, times.Min);
        for (double beyond = 100; ; beyond /= 2)
        {
            for (int step = 1; step <= StepsPerHalving; step++)
            {
                double percent = 100 - beyond + beyond / 2 * step / StepsPerHalving;
                if (times.Percentile(percent) is not { } value)
                {
                    yield return new PercentileValue(100, times.Max);
                    yield break;
                }

                yield return new PercentileValue(percent, value);
            }
        }
    }
}

/// <summary>A percentile, 0 to 100, and the value that so many percent do not exceed; null when there are too few samples to say.</summary>
internal readonly record struct PercentileValue(double Percent, TimeSpan? Value);
