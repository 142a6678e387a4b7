namespace SumSocket.Measurement.Bench;

/// <summary>One element of the series: what ended in one interval of the measured time.</summary>
public sealed record BenchInterval
{
    /// <summary>When it began, from the start of the measured time.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>When it ended. The last one holds what was still awaited after the measured time.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>What ended in it.</summary>
    public required BenchCounts Counts { get; init; }

    /// <summary>Right sums a second.</summary>
    public double Throughput => End > Start ? Counts.Ok / (End - Start).TotalSeconds : 0;

    /// <summary>How many times it holds.</summary>
    public required long Count { get; init; }

    /// <summary>The mean; on schedule, as all here, from when the question was due.</summary>
    public TimeSpan? Mean { get; init; }

    /// <summary>The longest, to three digits.</summary>
    public TimeSpan? Max { get; init; }

    /// <summary>The percentiles asked for.</summary>
    public required IReadOnlyList<PercentileValue> Percentiles { get; init; }
}
