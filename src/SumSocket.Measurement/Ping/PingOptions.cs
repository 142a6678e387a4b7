namespace SumSocket.Measurement.Ping;

/// <summary>What a <see cref="PingProbe"/> asks, and how often. <see cref="Timeout.InfiniteTimeSpan"/> stands for no limit.</summary>
public sealed record PingOptions
{
    /// <summary>The first addend. Default 7.</summary>
    public long A { get; init; } = 7;

    /// <summary>The second addend. Default 4.</summary>
    public long B { get; init; } = 4;

    /// <summary>Gives each request a sum of its own: the second addend counts on from <see cref="B"/>, over
    /// <see cref="PingAddend.Distinct"/> numbers. Default false. True is for transports that know answers by their sums alone: else one
    /// lost datagram would make the next answer look like its own, and each after it too late by an interval.</summary>
    public bool DistinctSums { get; init; }

    /// <summary>From the start of one round to the start of the next, zero or more. Default 1 s; zero asks again as soon as the answer is
    /// there.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many ask, each a sequence of its own and all at the same instants, 1 to 10,000. Default 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Asks on schedule even while earlier requests wait for their answers. Default false. True is for transports that lose single
    /// datagrams: a loss is known only at its time-out, and to wait for it would be not to look meanwhile. Without an
    /// <see cref="Interval"/> each waits for its answer all the same.</summary>
    public bool Overlap { get; init; }

    /// <summary>How many rounds for each worker, at least 1; null, the default, for no end.</summary>
    public long? Count { get; init; }

    /// <summary>When to end in any case, from the start. Default none.</summary>
    public TimeSpan Deadline { get; init; } = Timeout.InfiniteTimeSpan;
}
