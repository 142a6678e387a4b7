namespace SumSocket.Measurement.Bench;

/// <summary>What a bench has measured. The measured time begins after ramp-up and warm-up, and only what was asked in it counts.</summary>
public sealed record BenchResult
{
    /// <summary>What was asked for.</summary>
    public required BenchOptions Options { get; init; }

    /// <summary>When the measured time began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Why it ended.</summary>
    public required BenchEnd End { get; init; }

    /// <summary>How long the measured time really was, the wait for the last answers not included.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Questions and what became of them.</summary>
    public required BenchCounts Totals { get; init; }

    /// <summary>The same of the time before.</summary>
    public required BenchCounts Warmup { get; init; }

    /// <summary>Right sums a second that came within the measured time.</summary>
    public required double Throughput { get; init; }

    /// <summary>Times from when a question was due; null in a closed loop, where none is ever due.</summary>
    public LatencySummary? Corrected { get; init; }

    /// <summary>Times from when a question was sent.</summary>
    public required LatencySummary Uncorrected { get; init; }

    /// <summary>How late the generator itself sent, after a question was due and there was room for it under
    /// <see cref="BenchOptions.Pipeline"/>; null in a closed loop.</summary>
    public LatencySummary? Lag { get; init; }

    /// <summary>The measured time in intervals.</summary>
    public required IReadOnlyList<BenchInterval> Series { get; init; }

    /// <summary>The first outages, in order.</summary>
    public required IReadOnlyList<BenchOutage> Outages { get; init; }

    /// <summary>How many outages there were.</summary>
    public required long OutageCount { get; init; }

    /// <summary>Connections made; as many as <see cref="BenchOptions.Connections"/> is perfect.</summary>
    public required long ConnectionsMade { get; init; }

    /// <summary>Connections lost.</summary>
    public required long ConnectionsLost { get; init; }

    /// <summary>Attempts to connect that failed.</summary>
    public required long ConnectsFailed { get; init; }

    /// <summary>What was seen of the way at the end, connection by connection, summed up; empty where there is nothing to see.</summary>
    public IReadOnlyList<Spread> Path { get; init; } = [];

    /// <summary>The thresholds, in the order given.</summary>
    public required IReadOnlyList<ThresholdResult> Thresholds { get; init; }

    /// <summary>The times that thresholds and people look at: corrected where there is such a thing.</summary>
    public LatencySummary Times => Corrected ?? Uncorrected;
}
