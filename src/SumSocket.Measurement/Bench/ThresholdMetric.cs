namespace SumSocket.Measurement.Bench;

/// <summary>What a <see cref="BenchThreshold"/> looks at.</summary>
public enum ThresholdMetric
{
    /// <summary>A percentile of the times, in seconds; on schedule from when a question was due.</summary>
    Percentile,

    /// <summary>The shortest time, in seconds.</summary>
    Min,

    /// <summary>The mean time, in seconds.</summary>
    Mean,

    /// <summary>The longest time, in seconds.</summary>
    Max,

    /// <summary>Right sums a second.</summary>
    Throughput,

    /// <summary>Questions without the right sum.</summary>
    Errors,

    /// <summary>The same in percent of those planned.</summary>
    ErrorPercent,

    /// <summary>Outages.</summary>
    Outages,
}
