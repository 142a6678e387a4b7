namespace SumSocket.Commands.Ping;

/// <summary>A ping for people, one line an event, or with <paramref name="quiet"/> only the summary without a header. Snapshots go to
/// <paramref name="status"/>. <paramref name="stamps"/> puts the time of day in front of each line.</summary>
internal sealed class PingText(
    Stream output, TextWriter status, PingOptions options, PingTarget target, bool quiet, TimeProvider? stamps) : IPingReport
{
    public void Begin()
    {
        if (quiet)
            return;
        string counting = PingAddend.Of(options, 1) == options.B ? "" : " and on";
        string pace = options.Interval == TimeSpan.Zero ? "without a pause" : $"every {new Duration(options.Interval)}";
        string workers = options.Workers > 1 ? $", {options.Workers} workers" : "";
        Write($"SUM {target.Name} ({target.Transport}): {options.A} + {options.B}{counting} {pace}{workers}\n");
    }

    public void Add(PingEvent one)
    {
        if (one is PingSnapshot snapshot)
            status.WriteLine(Stamp() + Snapshot(snapshot.Summary));
        if (quiet || one is PingSnapshot)
            return;
        string line = one switch
        {
            PingRound round => Round(round),
            PingConnection change => Connection(change),
            _ => one.ToString(),
        };
        Write($"{Stamp()}{line}\n");
    }

    public void End(PingSummary summary, IReadOnlyList<TransportCounter> path)
    {
        StringBuilder text = new();
        if (!quiet)
            text.Append('\n').Append("--- ").Append(target.Name).Append(" sum statistics ---\n");
        Line(text, $"{Counts(summary)}");
        if (summary.NotSent > 0)
            Line(text, $"{summary.NotSent} not sent for want of a connection");
        if (summary.Retried > 0)
            Line(text, $"{summary.Retried} retried on another connection");
        if (summary.UnderWay > 0)
            Line(text, $"{summary.UnderWay} under way at the end");
        if (path.Count > 0)
            Line(text, $"{string.Join(", ", path.Select(count => $"{count.Value} {count.Name}"))}");
        if (summary.Answered > 0)
        {
            (string Name, TimeSpan? Time)[] times =
            [
                ("min", summary.Min), ("mean", summary.Mean), ("p50", summary.P50), ("p99", summary.P99), ("max", summary.Max),
                ("stddev", summary.StandardDeviation), ("jitter", summary.Jitter),
            ];
            Line(text, $"time {string.Join(", ", times.Select(one => Time(one.Name, one.Time, summary.Answered)))}");
        }

        Line(text, $"{Reliability(summary)}");
        if (summary.Outages > summary.RecentOutages.Count)
            Line(text, $"the last {summary.RecentOutages.Count} outages:");
        foreach (PingOutage outage in summary.RecentOutages)
        {
            string end = outage.Duration is { } duration
                ? $"to {TextFigures.ShortSeconds(outage.Start + duration)}: {outage.NoticedBy}, "
                    + $"first good answer after {TextFigures.ShortSeconds(duration)}"
                : $"on: {outage.NoticedBy}, no good answer since";
            Line(text, $"outage from {TextFigures.ShortSeconds(outage.Start)} {end}, rounds lost: {outage.RoundsLost}");
        }

        Write(text.ToString());
    }

    private string Snapshot(PingSummary summary)
    {
        string notSent = summary.NotSent > 0 ? $", {summary.NotSent} not sent" : "";
        string underWay = summary.UnderWay > 0 ? $", {summary.UnderWay} under way" : "";
        string times = $"{Time("p50", summary.P50, summary.Answered)}, {Time("max", summary.Max, summary.Answered)}";
        string down = summary.RecentOutages is [.., { Duration: null } outage]
            ? $", no good answer since {TextFigures.ShortSeconds(outage.Start)}: {outage.NoticedBy}"
            : "";
        return $"{Counts(summary)}{notSent}{underWay}, {times}, {Reliability(summary)}{down}";
    }

    private static string Counts(PingSummary summary)
    {
        double lost = summary.Sent == 0 ? 0 : 100.0 * summary.Lost / summary.Sent;
        string percent = lost.ToString("0.###", CultureInfo.InvariantCulture);
        string errors = TextFigures.Count(summary.Errors, "error");
        return $"{summary.Sent} sent, {summary.Answered} answered, {summary.Lost} lost ({percent}%), {errors}, {summary.Wrong} wrong";
    }

    private string Reliability(PingSummary summary) =>
        $"{(target.HasConnections ? $"connections used: {summary.Connections}, " : "")}outages: {summary.Outages}";

    private static string Time(string name, TimeSpan? time, long answered) =>
        time is null ? $"{name} n/a (n={answered})" : $"{name} {TextFigures.Milliseconds(time.Value)}";

    private string Stamp() =>
        stamps is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{stamps.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} ");

    private string Round(PingRound round) => round.Outcome switch
    {
        SumOutcome.Sum => $"{Answer(round)} time={TextFigures.Milliseconds(round.Time)}{(round.IsRetried ? " (retried)" : "")}",
        SumOutcome.WrongAnswer when round.Error == ErrorCode.None =>
            $"{Answer(round)} time={TextFigures.Milliseconds(round.Time)}{Correction(round)}",
        SumOutcome.WrongAnswer => $"{Error(round)}{Correction(round)}",
        SumOutcome.ServerError => Error(round),
        SumOutcome.TimedOut => $"{Number(round)} lost: {round.Reason} after {TextFigures.ShortSeconds(round.Time)}",
        SumOutcome.NotSent => $"{Number(round)} not sent: {round.Reason} (trying again in {TextFigures.ShortSeconds(round.RetryIn)})",
        _ => $"{Number(round)} lost: {round.Reason}",
    };

    private string Answer(PingRound round) => $"{options.A} + {round.B} = {round.Sum} from {round.RemoteEndPoint}: {Number(round)}";

    private string Correction(PingRound round) => $" WRONG: it is {(Int128)options.A + round.B}";

    private string Error(PingRound round) => $"{Number(round)} error: {round.Reason} time={TextFigures.Milliseconds(round.Time)}";

    private string Number(PingRound round) => options.Workers > 1 ? $"worker={round.Worker} seq={round.Sequence}" : $"seq={round.Sequence}";

    private string Connection(PingConnection change) => (change.Kind, target.HasConnections) switch
    {
        (ConnectionEventKind.Connected, true) when change.Number == 1 =>
            $"connected to {change.RemoteEndPoint} after {TextFigures.ShortSeconds(change.After)}",
        (ConnectionEventKind.Connected, true) =>
            $"connected again to {change.RemoteEndPoint} after {TextFigures.ShortSeconds(change.After)} (connection {change.Number})",
        (ConnectionEventKind.Connected, false) => $"{change.RemoteEndPoint} answers after {TextFigures.ShortSeconds(change.After)}",
        (_, true) => $"connection to {change.RemoteEndPoint} lost: {change.Details}",
        (_, false) => $"no answer from {change.RemoteEndPoint?.ToString() ?? target.Name}: {change.Reason}",
    };

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Write(string text) => StandardOutput.Write(output, text);
}
