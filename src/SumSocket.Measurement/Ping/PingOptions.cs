namespace SumSocket.Measurement.Ping;

/// <summary>What a <see cref="PingProbe"/> sends, and how often. <see cref="Timeout.InfiniteTimeSpan"/> stands for no limit.</summary>
internal sealed record PingOptions
{
    /// <summary>The first addend. Default 7.</summary>
    public long A { get; init; } = 7;

    /// <summary>The second addend. Default 4.</summary>
    public long B { get; init; } = 4;

    /// <summary>Gives each request a sum of its own: the second addend counts on from <see cref="B"/>, over
    /// <see cref="PingAddend.Distinct"/> numbers. Default false. For transports that match answers by their sums alone: otherwise, after
    /// one lost datagram, each answer would be taken for that of the request before, and look late by an interval.</summary>
    public bool DistinctSums { get; init; }

    /// <summary>From the start of one round to the next. Default 1 s; zero sends the next as soon as the answer is there.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many send, each a sequence of its own and all at the same instants, 1 to 10,000. Default 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Sends on schedule even while earlier requests wait for their answers. Default false. For transports that lose single
    /// datagrams: a loss is known only at its time-out, and a probe that waited for it would see nothing meanwhile. Without an
    /// <see cref="Interval"/> each request waits for its answer even so.</summary>
    public bool Overlap { get; init; }

    /// <summary>How many rounds for each worker, at least 1; null, the default, for no end.</summary>
    public long? Count { get; init; }

    /// <summary>When to end even before the count is reached, from the start. Default none.</summary>
    public TimeSpan Deadline { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The limits that the summary must keep. Default none.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];
}
