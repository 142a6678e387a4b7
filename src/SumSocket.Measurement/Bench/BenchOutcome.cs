namespace SumSocket.Measurement.Bench;

/// <summary>The outcome of a planned request; each has exactly one. <see cref="OutcomeClass"/> says what they mean.</summary>
public enum BenchOutcome
{
#pragma warning disable CS1591 // their meaning is in the table below, once
    Ok,
    Wrong,
    Error,
    TimedOut,
    Refused,
    NotSent,
    Reset,
    EndOfStream,
    Unanswered,
#pragma warning restore CS1591
}

/// <summary>One row of the table of outcomes, from which counts, JSON, CSV, texts and the HTML report follow.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Key">Its name in JSON and CSV.</param>
/// <param name="Name">Its name in texts.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Color">Its colour in charts on white.</param>
/// <param name="DarkColor">Its colour in charts on black.</param>
/// <param name="IsSent">Whether such a request went out, or may have. One that did not has no time of its own.</param>
internal sealed record OutcomeClass(
    BenchOutcome Outcome, string Key, string Name, string Meaning, string Color, string DarkColor, bool IsSent = true)
{
    private static readonly OutcomeClass[] _all = // in the order of the enum
    [
        new(BenchOutcome.Ok, "ok", "ok", "the right sum came", "", ""),
        new(BenchOutcome.Wrong, "wrong", "wrong", "an answer that is not the sum", "#8f0f45", "#ff6fa8"),
        new(BenchOutcome.Error, "error", "error answer", "an error in place of a sum", "#d64509", "#ff8f57"),
        new(BenchOutcome.TimedOut, "timed_out", "timed out", "no answer within the time for one", "#d99500", "#ffca57"),
        new(BenchOutcome.Refused, "refused", "refused", "the server refused the connection, so nothing was sent",
            "#8a5a2b", "#cf9d6a", false),
        new(BenchOutcome.NotSent, "not_sent", "not sent", "there was no connection for another reason", "#87909b", "#a3adb8", false),
        new(BenchOutcome.Reset, "reset", "reset", "the connection was reset before the answer", "#7635dc", "#bb99ff"),
        new(BenchOutcome.EndOfStream, "end_of_stream", "end of stream", "the server closed the connection before the answer",
            "#0b8aa3", "#5fd0e4"),
        new(BenchOutcome.Unanswered, "unanswered", "unanswered", "no answer yet when the run was given up", "#414b57", "#d5dbe2"),
    ];

    public static IReadOnlyList<OutcomeClass> All => _all;

    /// <summary>All but the right sums, in the order in which charts stack them.</summary>
    public static IReadOnlyList<OutcomeClass> Failures { get; } = _all[1..];

    /// <summary>The class of its colour in the style sheet.</summary>
    public string Css => Key.Replace('_', '-');

    public static OutcomeClass Of(BenchOutcome outcome) => _all[(int)outcome];

    /// <summary>The failures that occurred: <c>12 refused, 3 reset</c>.</summary>
    public static string Describe(BenchCounts counts, Func<long, string> number) => string.Join(
        ", ", Failures.Where(one => counts[one.Outcome] > 0).Select(one => $"{number(counts[one.Outcome])} {one.Name}"));
}

/// <summary>Requests by outcome.</summary>
internal sealed record BenchCounts
{
    private readonly long[] _outcomes = new long[OutcomeClass.All.Count];

    public BenchCounts()
    {
    }

    public BenchCounts(ReadOnlySpan<long> outcomes) => outcomes.CopyTo(_outcomes);

    private BenchCounts(BenchCounts other)
    {
        _outcomes = [.. other._outcomes];
        (Sent, Late, Retried) = (other.Sent, other.Late, other.Retried);
    }

    public long Ok { get => this[BenchOutcome.Ok]; init => this[BenchOutcome.Ok] = value; }
    public long Wrong { get => this[BenchOutcome.Wrong]; init => this[BenchOutcome.Wrong] = value; }
    public long Error { get => this[BenchOutcome.Error]; init => this[BenchOutcome.Error] = value; }
    public long TimedOut { get => this[BenchOutcome.TimedOut]; init => this[BenchOutcome.TimedOut] = value; }
    public long Refused { get => this[BenchOutcome.Refused]; init => this[BenchOutcome.Refused] = value; }
    public long NotSent { get => this[BenchOutcome.NotSent]; init => this[BenchOutcome.NotSent] = value; }
    public long Reset { get => this[BenchOutcome.Reset]; init => this[BenchOutcome.Reset] = value; }
    public long EndOfStream { get => this[BenchOutcome.EndOfStream]; init => this[BenchOutcome.EndOfStream] = value; }
    public long Unanswered { get => this[BenchOutcome.Unanswered]; init => this[BenchOutcome.Unanswered] = value; }

    /// <summary>Requests that went out, or may have.</summary>
    public long Sent { get; init; }

    /// <summary>In an open loop: requests sent more than 1 ms after they were due.</summary>
    public long Late { get; init; }

    /// <summary>Requests of any outcome that were sent again, since the server ended their connection in order before the answer.</summary>
    public long Retried { get; init; }

    /// <summary>All requests: the sum of the outcomes.</summary>
    public long Planned => _outcomes.Sum();

    /// <summary>All but the right sums.</summary>
    public long Failed => Planned - Ok;

    /// <summary>The share of <see cref="Failed"/>, in percent; 0 when nothing was planned.</summary>
    public double FailedPercent => Planned == 0 ? 0 : 100.0 * Failed / Planned;

    public long this[BenchOutcome outcome] { get => _outcomes[(int)outcome]; init => _outcomes[(int)outcome] = value; }

    /// <summary>These and <paramref name="others"/>.</summary>
    public BenchCounts Plus(BenchCounts others) => Add(others, 1);

    /// <summary>What was added since <paramref name="earlier"/>.</summary>
    public BenchCounts Less(BenchCounts earlier) => Add(earlier, -1);

    public bool Equals(BenchCounts? other) =>
        other is not null && _outcomes.SequenceEqual(other._outcomes) && (Sent, Late, Retried) == (other.Sent, other.Late, other.Retried);

    public override int GetHashCode() => HashCode.Combine(Planned, Sent, Late);

    private BenchCounts Add(BenchCounts others, int times) => new([.. _outcomes.Select((count, i) => count + times * others._outcomes[i])])
    {
        Sent = Sent + times * others.Sent,
        Late = Late + times * others.Late,
        Retried = Retried + times * others.Retried,
    };
}
