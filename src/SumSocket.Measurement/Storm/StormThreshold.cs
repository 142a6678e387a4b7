namespace SumSocket.Measurement.Storm;

/// <summary>A limit that every round must keep.</summary>
/// <param name="Text">How the user wrote it: <c>back99&lt;2s</c>.</param>
/// <param name="Figure">Which figure it limits.</param>
/// <param name="Percent">How many percent must be back, with <see cref="StormFigure.Back"/>.</param>
/// <param name="Comparison">How the figure must compare to the limit: <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</param>
/// <param name="Limit">The limit, in the unit of the figure.</param>
internal sealed record StormThreshold(string Text, StormFigure Figure, double Percent, string Comparison, double Limit)
{
    private bool IsUpper => Comparison[0] == '<';

    /// <summary>Compares the worst round with it. A figure that a round does not have misses: what was not reached was not kept.</summary>
    public StormThresholdResult Evaluate(IReadOnlyList<StormRound> rounds)
    {
        double?[] figures = [.. rounds.Select(Read)];
        double? worst = figures.Length == 0 || figures.Contains(null) ? null : IsUpper ? figures.Max() : figures.Min();
        return new StormThresholdResult(this, worst, ThresholdComparison.Holds(worst, Comparison, Limit));
    }

    private double? Read(StormRound round) => Figure switch
    {
        StormFigure.Back => round.TimeUntil(Percent)?.TotalSeconds,
        StormFigure.Attempts => round.Counts.Attempts,
        StormFigure.Refused => round.Counts[StormOutcome.Refused],
        StormFigure.TimedOut => round.Counts[StormOutcome.TimedOut],
        StormFigure.Busy => round.Counts[StormOutcome.Busy],
        _ => round.ConnectsPerSecond,
    };
}

/// <summary>The figure that a <see cref="StormThreshold"/> limits.</summary>
internal enum StormFigure
{
#pragma warning disable CS1591 // their meaning is beside them
    Back,     // the time until so many percent are back, in seconds
    Attempts, // attempts of a round
    Refused,
    TimedOut,
    Busy,
    Connects, // connections with a right sum a second
#pragma warning restore CS1591
}

/// <summary>How the worst round compares to a threshold.</summary>
/// <param name="Threshold">The threshold.</param>
/// <param name="Actual">The figure of the worst round, in its unit; null when a round does not have it.</param>
/// <param name="IsMet">Whether it was kept.</param>
internal sealed record StormThresholdResult(StormThreshold Threshold, double? Actual, bool IsMet);
