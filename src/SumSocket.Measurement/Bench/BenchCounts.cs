namespace SumSocket.Measurement.Bench;

/// <summary>Questions by what became of them.</summary>
public sealed record BenchCounts
{
    /// <summary>The right sum came.</summary>
    public long Ok { get; init; }

    /// <inheritdoc cref="BenchOutcome.Wrong"/>
    public long Wrong { get; init; }

    /// <inheritdoc cref="BenchOutcome.Error"/>
    public long Error { get; init; }

    /// <inheritdoc cref="BenchOutcome.TimedOut"/>
    public long TimedOut { get; init; }

    /// <inheritdoc cref="BenchOutcome.Refused"/>
    public long Refused { get; init; }

    /// <inheritdoc cref="BenchOutcome.NotSent"/>
    public long NotSent { get; init; }

    /// <inheritdoc cref="BenchOutcome.Reset"/>
    public long Reset { get; init; }

    /// <inheritdoc cref="BenchOutcome.EndOfStream"/>
    public long EndOfStream { get; init; }

    /// <inheritdoc cref="BenchOutcome.Unanswered"/>
    public long Unanswered { get; init; }

    /// <summary>Those that went out, or may have.</summary>
    public long Sent { get; init; }

    /// <summary>On schedule: those sent more than 1 ms after they were due, whoever was to blame.</summary>
    public long Late { get; init; }

    /// <summary>All there are, which is the sum of the classes.</summary>
    public long Planned => Ok + Failed;

    /// <summary>All but the right sums.</summary>
    public long Failed => Wrong + Error + TimedOut + Refused + NotSent + Reset + EndOfStream + Unanswered;

    /// <summary>How many of all failed, in percent; 0 when there are none.</summary>
    public double FailedPercent => Planned == 0 ? 0 : 100.0 * Failed / Planned;

    /// <summary>These and <paramref name="others"/>.</summary>
    public BenchCounts Plus(BenchCounts others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return Add(others, 1);
    }

    /// <summary>What was added since <paramref name="earlier"/>.</summary>
    internal BenchCounts Less(BenchCounts earlier) => Add(earlier, -1);

    private BenchCounts Add(BenchCounts others, int times) => new()
    {
        Ok = Ok + times * others.Ok,
        Wrong = Wrong + times * others.Wrong,
        Error = Error + times * others.Error,
        TimedOut = TimedOut + times * others.TimedOut,
        Refused = Refused + times * others.Refused,
        NotSent = NotSent + times * others.NotSent,
        Reset = Reset + times * others.Reset,
        EndOfStream = EndOfStream + times * others.EndOfStream,
        Unanswered = Unanswered + times * others.Unanswered,
        Sent = Sent + times * others.Sent,
        Late = Late + times * others.Late,
    };
}
