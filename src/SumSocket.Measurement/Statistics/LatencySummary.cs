namespace SumSocket.Measurement.Statistics;

/// <summary>The figures of a histogram.</summary>
public sealed record LatencySummary
{
    // Eight points for every halving of what lies beyond: as many between 99 % and 99.5 % as between 0 % and 50 %.
    private const int StepsPerHalving = 8;

    /// <summary>How many samples.</summary>
    public required long Count { get; init; }

    /// <summary>The shortest; null, as for all, when there are too few samples to say.</summary>
    public TimeSpan? Min { get; init; }

    /// <summary>The mean.</summary>
    public TimeSpan? Mean { get; init; }

    /// <summary>The sample standard deviation.</summary>
    public TimeSpan? StandardDeviation { get; init; }

    /// <summary>The longest.</summary>
    public TimeSpan? Max { get; init; }

    /// <summary>The percentiles requested, in that order.</summary>
    public required IReadOnlyList<PercentileValue> Percentiles { get; init; }

    /// <summary>Percentiles that come the closer the nearer they are to 100, as far as the samples support them; the last is the
    /// longest.</summary>
    public required IReadOnlyList<PercentileValue> Curve { get; init; }

    /// <summary>The samples in ranges 3 % wide, those that hold any.</summary>
    public required IReadOnlyList<HistogramBucket> Buckets { get; init; }

    /// <summary>Reads a histogram.</summary>
    /// <param name="times">The samples.</param>
    /// <param name="percentiles">Which percentiles to report.</param>
    internal static LatencySummary Of(Histogram times, IReadOnlyList<double> percentiles)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(percentiles);
        return new LatencySummary
        {
            Count = times.Count,
            Min = times.Min,
            Mean = times.Mean,
            StandardDeviation = times.StandardDeviation,
            Max = times.Max,
            Percentiles = Read(times, percentiles),
            Curve = [.. Draw(times)],
            Buckets = [.. times.Buckets()],
        };
    }

    /// <summary>Reads percentiles.</summary>
    internal static IReadOnlyList<PercentileValue> Read(Histogram times, IReadOnlyList<double> percentiles) =>
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

/// <summary>A percentile and its value.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Value">What so many percent do not exceed; null when there are too few samples to say.</param>
public readonly record struct PercentileValue(double Percent, TimeSpan? Value);
