using SumSocket.Sockets;

namespace SumSocket.Commands.Idle;

/// <summary>All that is reported of a run.</summary>
internal sealed record IdleOutcome(RunInfo Run, IdleSettings Settings, ServerKnowledge Server)
{
    public required IReadOnlyList<string> Verdict { get; init; }

    public DateTimeOffset StartedAt { get; init; } = DateTimeOffset.UtcNow;

    public IdleFindings? Found { get; init; }

    public HoldResult? Hold { get; init; }

    public TimeSpan? Planned { get; init; }

    public TimeSpan? Took { get; init; }

    public bool IsInterrupted { get; init; }
}

/// <summary>A run as the document that docs/idle.schema.json describes.</summary>
internal static class IdleJson
{
    public static IdleDocument Of(IdleOutcome outcome)
    {
        IdleSettings settings = outcome.Settings;
        return new IdleDocument(
            BenchJson.SchemaVersion, "idle", outcome.Run.Address, outcome.Run.Transport,
            settings.IsHold ? IdleMode.Hold : settings.IsAny ? IdleMode.Any : IdleMode.Search, outcome.IsInterrupted,
            settings.Plan.From, settings.Plan.To, new Percent(Math.Round(settings.Plan.Resolution * 100, 3)), settings.Plan.Patience,
            KeepAliveText(settings.KeepAlive), Known(outcome.Planned), Known(outcome.Took), Of(outcome.Server),
            [.. outcome.Found?.Plain.Select(search => Of(outcome.Found, search)) ?? []],
            [.. outcome.Found?.Searches.SelectMany(search => search.Results).Select(Of) ?? []], outcome.Verdict)
        {
            Hold = outcome.Hold is { } hold ? Of(hold) : null,
            Threshold = settings.Threshold is { } threshold
                ? new IdleThresholdDocument(
                    threshold.Text, outcome.Hold?.HaveAllLived ?? outcome.Found?.Lived >= threshold.Silence)
                : null,
            Program = ProgramDocument.Of(outcome.Run),
            Machine = MachineDocument.Of(outcome.Run),
            StartedAt = BenchJson.Instant(outcome.StartedAt),
        };
    }

    private static IdleServerDocument Of(ServerKnowledge server) =>
        new(server.IsReached, server.KnowsPath, server.KnowsDelay, Known(server.ReadTimeout), Known(server.Lifetime));

    private static IdleLimitDocument Of(IdleFindings found, SilenceSearch search) => new(
        search.First, Known(search.Lived == TimeSpan.Zero ? null : search.Lived), Known(search.Death?.DiedAt), search.Death?.End,
        search.Death is null ? null : found.Who(search),
        found.WithKeepAlive(search) switch
        {
            { HasLived: true } => KeepAliveHelp.Yes,
            { HasDied: true } => KeepAliveHelp.No,
            _ => KeepAliveHelp.Unknown,
        },
        Known(search.Limit), [.. found.Near(search).Select(hop => new HopDocument(hop.Name, hop.Limit))]);

    private static SilenceDocument Of(SilenceResult result) => new(
        result.Try.First, result.Try.Silence, KeepAliveText(result.Try.KeepAlive), result.End, result.At, result.Retransmits, result.Then,
        IdleVerdict.Words(result));

    private static HoldDocument Of(HoldResult hold) => new(
        hold.Wanted, hold.Connected, hold.Lived, hold.Unanswered, hold.Open,
        [.. hold.Ends.Select(end => new EndsDocument(end.End, end.Times.Count, end.First, end.Last)
        {
            Curve = [.. end.Curve().Select(point => new EndedDocument(point.Time, point.Ended))],
        })]);

    private static string KeepAliveText(KeepAlive? keepAlive) => new KeepAliveSetting(keepAlive).ToString();

    private static Millis? Known(TimeSpan? time) => time is { } known ? (Millis)known : null;
}
