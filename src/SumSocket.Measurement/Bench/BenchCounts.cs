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
        return new BenchCounts
        {
            Ok = Ok + others.Ok,
            Wrong = Wrong + others.Wrong,
            Error = Error + others.Error,
            TimedOut = TimedOut + others.TimedOut,
            Refused = Refused + others.Refused,
            NotSent = NotSent + others.NotSent,
            Reset = Reset + others.Reset,
            EndOfStream = EndOfStream + others.EndOfStream,
            Unanswered = Unanswered + others.Unanswered,
            Sent = Sent + others.Sent,
            Late = Late + others.Late,
        };
    }

    /// <summary>What was added since <paramref name="earlier"/>.</summary>
    internal BenchCounts Less(BenchCounts earlier) => new()
    {
        Ok = Ok - earlier.Ok,
        Wrong = Wrong - earlier.Wrong,
        Error = Error - earlier.Error,
        TimedOut = TimedOut - earlier.TimedOut,
        Refused = Refused - earlier.Refused,
        NotSent = NotSent - earlier.NotSent,
        Reset = Reset - earlier.Reset,
        EndOfStream = EndOfStream - earlier.EndOfStream,
        Unanswered = Unanswered - earlier.Unanswered,
        Sent = Sent - earlier.Sent,
        Late = Late - earlier.Late,
    };
}
