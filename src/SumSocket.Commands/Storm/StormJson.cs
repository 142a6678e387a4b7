using SumSocket.Measurement.Storm;

namespace SumSocket.Commands.Storm;

/// <summary>A storm as the document that docs/storm.schema.json describes.</summary>
internal static class StormJson
{
    public static StormDocument Of(StormSetting setting, StormResult result, int exitCode) => new(
        BenchJson.SchemaVersion, "storm", setting.Run.Address, setting.Run.Transport, result.IsInterrupted, exitCode, Of(setting.Options),
        Of(result.Opening), [.. result.Rounds.Select(Of)], [.. result.Thresholds.Select(Of)], StormVerdict.Of(result))
    {
        All = result.All is { } all ? Of(all) : null,
        Program = ProgramDocument.Of(setting.Run),
        Machine = MachineDocument.Of(setting.Run),
        StartedAt = BenchJson.Instant(setting.StartedAt),
    };

    private static StormAskedDocument Of(StormOptions options) => new(
        options.Connections, options.Cut, options.Rounds, options.InitialBackOff, options.MaxBackOff, options.HasJitter, options.GiveUp);

    private static StormRoundDocument Of(StormRound round) => new(
        round.Clients, round.Cut, round.Back, round.NotBack, round.LostAgain, round.IsInterrupted, round.Duration,
        Until(round, 50), Until(round, 90), Until(round, 99), Until(round, 100), Rounded(round.ConnectsPerSecond), round.Counts.Attempts,
        StormCause.Failures.ToDictionary(cause => cause.Key, cause => (Count)round.Counts[cause.Outcome]),
        round.Counts.SynRetries is { } retries ? (Count)retries : null, round.Counts.FullHandshakes, round.Counts.ResumedHandshakes,
        [.. round.Curve().Select(point => new BackDocument(point.Time, point.Back))]);

    private static StormThresholdDocument Of(StormThresholdResult result)
    {
        // Times as everywhere here in microseconds.
        double unit = result.Threshold.Figure == StormFigure.Back ? 1e6 : 1;
        string name = result.Threshold.Figure switch
        {
            StormFigure.Back => "us",
            StormFigure.Connects => "per_s",
            _ => "count",
        };
        return new StormThresholdDocument(
            result.Threshold.Text, name, Math.Round(result.Threshold.Limit * unit, 3), Rounded(result.Actual * unit), result.IsMet);
    }

    private static Micros? Until(StormRound round, double percent) => round.TimeUntil(percent) is { } time ? (Micros)time : null;

    private static Figure? Rounded(double? value) => value is { } number ? (Figure)Math.Round(number, 3) : null;
}
