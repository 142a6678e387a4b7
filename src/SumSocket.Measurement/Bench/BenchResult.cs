namespace SumSocket.Measurement.Bench;

/// <summary>What a bench has measured. The measured time begins after ramp-up and warm-up, and only what was sent in it counts.</summary>
internal sealed record BenchResult
{
    public required BenchOptions Options { get; init; }

    /// <summary>When the measured time began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required BenchEnd End { get; init; }

    /// <summary>How long the measured time really was, the wait for the last answers not included.</summary>
    public required TimeSpan Duration { get; init; }

    public required BenchCounts Totals { get; init; }

    /// <summary>The share of requests without the right sum, in percent; all where there was never a server to ask.</summary>
    public double ErrorPercent => End == BenchEnd.Unreachable ? 100 : Totals.FailedPercent;

    /// <summary>Requests sent before the measured time.</summary>
    public required BenchCounts Warmup { get; init; }

    /// <summary>Right sums a second that came within the measured time.</summary>
    public required double Throughput { get; init; }

    /// <summary>Times from when a request was due; null in a closed loop, where none is ever due.</summary>
    public LatencySummary? Corrected { get; init; }

    /// <summary>Times from when a request was sent.</summary>
    public required LatencySummary Uncorrected { get; init; }

    /// <summary>How late the generator itself sent, after a request was due and there was room for it under
    /// <see cref="BenchOptions.Pipeline"/>; null in a closed loop.</summary>
    public LatencySummary? Lag { get; init; }

    /// <summary>The measured time in intervals.</summary>
    public required IReadOnlyList<BenchInterval> Series { get; init; }

    /// <summary>The first outages, in order.</summary>
    public required IReadOnlyList<BenchOutage> Outages { get; init; }

    /// <summary>How many outages there were.</summary>
    public required long OutageCount { get; init; }

    /// <summary>Connections made, the warm-up included; as many as <see cref="BenchOptions.Connections"/> is perfect where they are
    /// kept.</summary>
    public required long ConnectionsMade { get; init; }

    /// <summary>Those of <see cref="BenchOptions.Connections"/> on which a right sum came; null in results of versions that did not count
    /// them.</summary>
    public long? ConnectionsOpened { get; init; }

    /// <summary>Why the others were not opened, and how many for each reason.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> NotOpened { get; init; } = [];

    /// <summary>Whether fewer were opened than asked for.</summary>
    public bool HasTooFewConnections => ConnectionsOpened < Options.Connections;

    public required long ConnectionsLost { get; init; }

    /// <summary>Those of them that the server lost by breaking the protocol, such as with an answer to no request.</summary>
    public long Violations { get; init; }

    public required long ConnectsFailed { get; init; }

    /// <summary>The connects of the measured time; null where connections are kept.</summary>
    public BenchConnects? Connects { get; init; }

    /// <summary>Transport figures at the end, each summed up over the connections; empty where there are none.</summary>
    public IReadOnlyList<Spread> Path { get; init; } = [];

    public required IReadOnlyList<ThresholdResult> Thresholds { get; init; }

    /// <summary>The results that this one was added up from; empty for that of one bench.</summary>
    public IReadOnlyList<BenchPart> Parts { get; init; } = [];

    /// <summary>The times that thresholds and reports use: corrected where they exist.</summary>
    public LatencySummary Times => Corrected ?? Uncorrected;
}

/// <summary>One element of the series: what ended in one interval of the measured time.</summary>
internal sealed record BenchInterval
{
    /// <summary>When it began, from the start of the measured time.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>When it ended. The last one holds what was still awaited after the measured time.</summary>
    public required TimeSpan End { get; init; }

    public required BenchCounts Counts { get; init; }

    /// <summary>Right sums a second.</summary>
    public double Throughput => End > Start ? Counts.Ok / (End - Start).TotalSeconds : 0;

    /// <summary>How many times it holds; on schedule, as all here, from when the request was due.</summary>
    public required long Count { get; init; }

    public TimeSpan? Mean { get; init; }

    /// <summary>The longest, to three digits.</summary>
    public TimeSpan? Max { get; init; }

    public required IReadOnlyList<PercentileValue> Percentiles { get; init; }

    /// <summary>Its times, as <see cref="HistogramText"/> writes them; null unless <see cref="BenchOptions.KeepsHistograms"/>.</summary>
    public string? Histogram { get; init; }

    /// <summary>In an open loop the same from when requests were sent.</summary>
    public string? UncorrectedHistogram { get; init; }

    /// <summary>Connections made in it, of those whose connect began in the measured time; null where connections are kept.</summary>
    public long? Connects { get; init; }

    /// <summary>The same a second.</summary>
    public double? ConnectsPerSecond => Connects is not { } count ? null : End > Start ? count / (End - Start).TotalSeconds : 0;
}

/// <summary>One of the results that a result was added up from.</summary>
/// <param name="Name">That of its file.</param>
/// <param name="Host">Where it was measured.</param>
/// <param name="StartedAt">When its measured time began.</param>
/// <param name="Duration">How long that was.</param>
/// <param name="Planned">Its requests.</param>
/// <param name="Sum">All its times from when a request was sent, added up: what two results of one instant do not have in common.</param>
/// <param name="Throughput">Its right sums a second.</param>
internal sealed record BenchPart(
    string Name, string Host, DateTimeOffset StartedAt, TimeSpan Duration, long Planned, TimeSpan Sum, double Throughput);

/// <summary>Why a bench ended.</summary>
public enum BenchEnd
{
    /// <summary>All that was planned was done: the time, or the number of requests.</summary>
    Complete,

    /// <summary>It was interrupted.</summary>
    Interrupted,

    /// <summary>The server was not reached at the start.</summary>
    Unreachable,
}
