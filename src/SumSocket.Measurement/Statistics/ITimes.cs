namespace SumSocket.Measurement.Statistics;

/// <summary>The figures of many times.</summary>
internal interface ITimes
{
    /// <summary>The shortest; null without any.</summary>
    TimeSpan? Min { get; }

    /// <summary>The mean; null without any.</summary>
    TimeSpan? Mean { get; }

    /// <summary>The longest; null without any.</summary>
    TimeSpan? Max { get; }

    /// <summary>A percentile, 0 to 100; null when there are too few for it.</summary>
    TimeSpan? Percentile(double percent);
}
