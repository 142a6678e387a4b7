namespace SumSocket.Measurement.Bench;

/// <summary>Requests by outcome.</summary>
public sealed record BenchCounts
{
    private readonly long[] _outcomes = new long[OutcomeClass.All.Count];

    /// <summary>No requests.</summary>
    public BenchCounts()
    {
    }

    internal BenchCounts(ReadOnlySpan<long> outcomes) => outcomes.CopyTo(_outcomes);

    private BenchCounts(BenchCounts other)
    {
        _outcomes = [.. other._outcomes];
        (Sent, Late) = (other.Sent, other.Late);
    }

    /// <inheritdoc cref="BenchOutcome"/>
    public long Ok { get => this[BenchOutcome.Ok]; init => this[BenchOutcome.Ok] = value; }

    /// <inheritdoc cref="BenchOutcome"/>
    public long Wrong { get => this[BenchOutcome.Wrong]; init => this[BenchOutcome.Wrong] = value; }

    /// <inheritdoc cref="BenchOutcome"/>
    public long Error { get => this[BenchOutcome.Error]; init => this[BenchOutcome.Error] = value; }

    /// <inheritdoc cref="BenchOutcome"/>
    public long TimedOut { get => this[BenchOutcome.TimedOut]; init => this[BenchOutcome.TimedOut] = value; }

    /// <inheritdoc cref="BenchOutcome"/>
    public long Refused { get => this[BenchOutcome.Refused]; init => this[BenchOutcome.Refused] = value; }

    /// <inheritdoc cref="BenchOutcome"/>
    public long NotSent { get => this[BenchOutcome.NotSent]; init => this[BenchOutcome.NotSent] = value; }

    /// <inheritdoc cref="BenchOutcome"/>
    public long Reset { get => this[BenchOutcome.Reset]; init => this[BenchOutcome.Reset] = value; }

    /// <inheritdoc cref="BenchOutcome"/>
    public long EndOfStream { get => this[BenchOutcome.EndOfStream]; init => this[BenchOutcome.EndOfStream] = value; }

    /// <inheritdoc cref="BenchOutcome"/>
    public long Unanswered { get => this[BenchOutcome.Unanswered]; init => this[BenchOutcome.Unanswered] = value; }

    /// <summary>Requests that went out, or may have.</summary>
    public long Sent { get; init; }

    /// <summary>In an open loop: requests sent more than 1 ms after they were due.</summary>
    public long Late { get; init; }

    /// <summary>All requests: the sum of the outcomes.</summary>
    public long Planned => _outcomes.Sum();

    /// <summary>All but the right sums.</summary>
    public long Failed => Planned - Ok;

    /// <summary>The share of <see cref="Failed"/>, in percent; 0 when nothing was planned.</summary>
    public double FailedPercent => Planned == 0 ? 0 : 100.0 * Failed / Planned;

    /// <summary>The requests with one outcome.</summary>
    public long this[BenchOutcome outcome] { get => _outcomes[(int)outcome]; init => _outcomes[(int)outcome] = value; }

    /// <summary>These and <paramref name="others"/>.</summary>
    public BenchCounts Plus(BenchCounts others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return Add(others, 1);
    }

    /// <inheritdoc/>
    public bool Equals(BenchCounts? other) =>
        other is not null && _outcomes.SequenceEqual(other._outcomes) && (Sent, Late) == (other.Sent, other.Late);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Planned, Sent, Late);

    /// <summary>What was added since <paramref name="earlier"/>.</summary>
    internal BenchCounts Less(BenchCounts earlier) => Add(earlier, -1);

    private BenchCounts Add(BenchCounts others, int times) => new([.. _outcomes.Select((count, i) => count + times * others._outcomes[i])])
    {
        Sent = Sent + times * others.Sent,
        Late = Late + times * others.Late,
    };
}
