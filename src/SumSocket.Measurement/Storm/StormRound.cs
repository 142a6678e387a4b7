namespace SumSocket.Measurement.Storm;

/// <summary>How the clients of one round came back, or connected at first.</summary>
/// <param name="Clients">How many clients there are.</param>
/// <param name="Cut">How many lost their connection.</param>
/// <param name="Times">When those that are back had the right sum, counted from the cut; the earliest first.</param>
/// <param name="Counts">What their attempts were.</param>
internal sealed record StormRound(int Clients, int Cut, IReadOnlyList<TimeSpan> Times, StormCounts Counts)
{
    private const int MostPoints = 200;

    /// <summary>From the start of the first attempt that made a connection to the last right sum.</summary>
    public TimeSpan Span { get; init; }

    /// <summary>Connections that were back and lost again in the same round.</summary>
    public int LostAgain { get; init; }

    /// <summary>How long the round took, from the cut.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether it was stopped, so that what is missing is no failure.</summary>
    public bool IsInterrupted { get; init; }

    public int Back => Times.Count;

    /// <summary>Clients that lost their connection and are not back.</summary>
    public int NotBack => Cut - Back;

    /// <summary>Whether all lost their connection and came back.</summary>
    public bool IsComplete => Back == Clients;

    /// <summary>Connections with a right sum a second, within <see cref="Span"/>; null when there are none.</summary>
    public double? ConnectsPerSecond => Back > 0 && Span > TimeSpan.Zero ? Back / Span.TotalSeconds : null;

    /// <summary>The time after which so many percent of those that were cut were back; null when so many never were.</summary>
    public TimeSpan? TimeUntil(double percent)
    {
        int needed = Math.Max(1, (int)Math.Ceiling(percent / 100 * Cut - 1e-9));
        return needed <= Back ? Times[needed - 1] : null;
    }

    /// <summary>How many were back when, as few points as a chart needs.</summary>
    public IEnumerable<(TimeSpan Time, int Back)> Curve()
    {
        int points = Math.Min(Back, MostPoints);
        return Enumerable.Range(1, points).Select(i => (int)((long)i * Back / points)).Select(back => (Times[back - 1], back));
    }

    /// <summary>All rounds as one: each client of each counts.</summary>
    public static StormRound Merge(IReadOnlyList<StormRound> rounds) => new(
        rounds.Sum(round => round.Clients), rounds.Sum(round => round.Cut), [.. rounds.SelectMany(round => round.Times).Order()],
        rounds.Select(round => round.Counts).Aggregate((one, other) => one.Plus(other)))
    {
        Span = rounds.Aggregate(TimeSpan.Zero, (sum, round) => sum + round.Span),
        LostAgain = rounds.Sum(round => round.LostAgain),
        Duration = rounds.Aggregate(TimeSpan.Zero, (sum, round) => sum + round.Duration),
        IsInterrupted = rounds.Any(round => round.IsInterrupted),
    };
}

/// <summary>What a storm found.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Opening">How the clients connected at first.</param>
/// <param name="Rounds">The rounds whose cut has happened.</param>
internal sealed record StormResult(StormOptions Options, StormRound Opening, IReadOnlyList<StormRound> Rounds)
{
    /// <summary>Why there were no rounds, for people; null when there were, or when it was stopped before.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether it was stopped.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>All rounds as one; null without any.</summary>
    public StormRound? All { get; } = Rounds.Count == 0 ? null : StormRound.Merge(Rounds);

    /// <summary>How the rounds compare to the thresholds.</summary>
    public IReadOnlyList<StormThresholdResult> Thresholds { get; } = [.. Options.Thresholds.Select(one => one.Evaluate(Rounds))];

    /// <summary>Wrong sums, those of the opening included.</summary>
    public long Wrong => Opening.Counts[StormOutcome.Wrong] + (All?.Counts[StormOutcome.Wrong] ?? 0);

    /// <summary>Clients that are not back although there was time for it.</summary>
    public int NotBack => Rounds.Where(round => !round.IsInterrupted).Sum(round => round.NotBack);
}
