using SumSocket.Commands.Sum;
using SumSocket.Measurement.Statistics;

namespace SumSocket.Commands.Ping;

/// <summary>A ping for people, one line an event, or with <paramref name="quiet"/> only the summary without a header. Snapshots go to
/// <paramref name="status"/>. <paramref name="stamps"/> puts the time of day in front of each line. Several workers have one line an
/// interval, or with <paramref name="each"/> one for each of them.</summary>
internal sealed class PingText(
    Stream output, Action<string> status, PingOptions options, PingTarget target, bool quiet, bool stamps,
    bool each = false) : IPingReport
{
    // Without an interval each worker goes its own way.
    private readonly IntervalLines? _intervals =
        options.Workers > 1 && options.Interval > TimeSpan.Zero && !each ? new IntervalLines(options.Workers) : null;

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
            status(Stamp(one) + Snapshot(snapshot.Summary));
        if (quiet || one is PingSnapshot)
            return;
        switch (one)
        {
            case PingRound round when _intervals is not null:
                WriteIntervals(_intervals.Add(round));
                break;
            case PingRound round:
                Write($"{Stamp(one)}{Round(round)}\n");
                break;
            case PingConnection change:
                WriteIntervals(_intervals?.TakeAll() ?? []);
                Write($"{Stamp(one)}{Connection(change)}\n");
                break;
        }
    }

    public void End(PingSummary summary, IReadOnlyList<TransportCounter> path)
    {
        WriteIntervals(_intervals?.TakeAll() ?? []);
        StringBuilder text = new();
        if (!quiet)
            text.Append('\n').Append("--- ").Append(target.Name).Append(" sum statistics ---\n");
        Line(text, $"{Counts(summary)}");
        if (summary.Skipped > 0)
            Line(text, $"{summary.Skipped} skipped: due while an earlier one waited");
        if (summary.Retried > 0)
            Line(text, $"{summary.Retried} retried on another connection");
        if (summary.UnderWay > 0)
            Line(text, $"{summary.UnderWay} under way at the end");
        if (path.Count > 0)
            Line(text, $"{string.Join(", ", path.Select(count => $"{count.Value} {count.Name}"))}");
        if (summary.Answered > 0)
        {
            (string Name, TimeSpan? Time)[] spread = [("stddev", summary.StandardDeviation), ("jitter", summary.Jitter)];
            string spreads = string.Join(", ", spread.Select(one => PingFigures.Time(one.Name, one.Time, summary.Answered)));
            Line(text, $"time {PingFigures.Times(summary.Times)}");
            Line(text, $"{spreads}");
            if (summary.FromDue is { } due && PingFigures.AreLate(due, summary.Times))
                Line(text, $"from due {PingFigures.Times(due)}");
        }

        if (summary.Connects is { Count: 1 } connect)
            Line(text, $"connected in {TextFigures.Milliseconds(connect.Max!.Value)}");
        else if (summary.Connects is { Count: > 1 } connects)
            Line(text, $"connected in {PingFigures.Times(connects)}");

        if (summary.Violations > 0)
            Line(text, $"{TextFigures.Count(summary.Violations, "connection")} lost since the server broke the protocol");
        Line(text, $"{Reliability(summary)}");
        foreach (string line in PingFigures.Outages(summary.Outages, summary.RecentOutages, "good answer"))
            Line(text, $"{line}");

        foreach (ThresholdResult threshold in summary.Thresholds)
            Line(text, $"threshold {ThresholdReport.Line(threshold, summary.FromDue?.Count ?? 0)}");
        Write(text.ToString());
    }

    private string Snapshot(PingSummary summary)
    {
        string skipped = summary.Skipped > 0 ? $", {summary.Skipped} skipped" : "";
        string underWay = summary.UnderWay > 0 ? $", {summary.UnderWay} under way" : "";
        string times = PingFigures.Time("p50", summary.P50, summary.Answered) + ", "
            + PingFigures.Time("max", summary.Max, summary.Answered);
        string down = summary.RecentOutages is [.., { Duration: null } outage]
            ? $", no good answer since {TextFigures.ShortSeconds(outage.Start)}: {outage.NoticedBy}"
            : "";
        return $"{Counts(summary)}{skipped}{underWay}, {times}, {Reliability(summary)}{down}";
    }

    private static string Counts(PingSummary summary)
    {
        string notSent = summary.NotSent > 0 ? $", {summary.NotSent} not sent" : "";
        string errors = TextFigures.Count(summary.Errors, "error");
        string lost = $"{summary.Lost} lost{notSent} ({TextFigures.Percent(summary.LossPercent)})";
        return $"{summary.Sent} sent, {summary.Answered} answered, {lost}, {errors}, {summary.Wrong} wrong";
    }

    private string Reliability(PingSummary summary) =>
        (target.HasConnections ? $"connections used: {summary.Connections}, " : "")
        + PingFigures.Reliability(summary.Outages, summary.AvailabilityPercent);

    private string Stamp(PingEvent one) =>
        !stamps ? "" : string.Create(CultureInfo.InvariantCulture, $"{one.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} ");

    private string Round(PingRound round) => round.Outcome switch
    {
        SumOutcome.Sum => $"{Answer(round)} time={TextFigures.Milliseconds(round.Time)}{(round.IsRetried ? " (retried)" : "")}",
        SumOutcome.WrongAnswer when round.Error == ErrorCode.None =>
            $"{Answer(round)} time={TextFigures.Milliseconds(round.Time)}{Correction(round)}",
        SumOutcome.WrongAnswer => $"{Error(round)}{Correction(round)}",
        SumOutcome.ServerError => Error(round),
        SumOutcome.TimedOut => $"{Number(round)} lost: {round.Reason} after {TextFigures.ShortSeconds(round.Time)}",
        SumOutcome.NotSent => $"{Number(round)} not sent: {round.Reason} (trying again {Soon(round.RetryIn)})",
        _ => $"{Number(round)} lost: {round.Reason}",
    };

    private void WriteIntervals(IEnumerable<IReadOnlyList<PingRound>> lines)
    {
        foreach (IReadOnlyList<PingRound> together in lines)
            Write($"{Stamp(together[^1])}{Interval(together)}\n");
    }

    /// <summary>Those of one instant that ended in the same way.</summary>
    private string Interval(IReadOnlyList<PingRound> together)
    {
        PingRound first = together[0];
        string count = $"{together.Count} of {options.Workers}";
        if (first.Outcome == SumOutcome.WrongAnswer)
            return $"{Round(first)} (worker {first.Worker})";
        if (first.Outcome != SumOutcome.Sum)
            return $"{Round(first)} ({count})";
        string sum = $"{options.A} + {Range(together.Select(round => round.B))} = {Range(together.Select(round => round.Sum))}";
        TimeSpan mean = TimeSpan.FromTicks((long)together.Average(round => round.Time.Ticks));
        string[] times = [.. ((TimeSpan[])[together.Min(round => round.Time), mean, together.Max(round => round.Time)])
            .Select(time => Figures.Invariant($"{time.TotalMilliseconds:0.000}"))];
        return $"{sum} from {first.RemoteEndPoint}: {Number(first)} time={string.Join('/', times)} ms (min/mean/max of {count})";
    }

    private static string Range(IEnumerable<long> values)
    {
        (long least, long most) = (values.Min(), values.Max());
        return least == most ? $"{least}" : $"{least}..{most}";
    }

    private string Answer(PingRound round) => $"{options.A} + {round.B} = {round.Sum} from {round.RemoteEndPoint}: {Number(round)}";

    private string Correction(PingRound round) => $" WRONG: it is {(Int128)options.A + round.B}";

    private string Error(PingRound round) => $"{Number(round)} error: {round.Reason} time={TextFigures.Milliseconds(round.Time)}";

    private string Number(PingRound round) =>
        options.Workers > 1 && _intervals is null ? $"worker={round.Worker} seq={round.Sequence}" : $"seq={round.Sequence}";

    private static string Soon(TimeSpan time) =>
        time < TimeSpan.FromMilliseconds(1) ? "at once" : $"in {TextFigures.ShortSeconds(time)}";

    private string Connection(PingConnection change) => (change.Kind, target.HasConnections) switch
    {
        (ConnectionEventKind.Connected, true) when change.Number == 1 =>
            $"connected to {change.RemoteEndPoint} after {TextFigures.ShortSeconds(change.After)}",
        (ConnectionEventKind.Connected, true) =>
            $"connected again to {change.RemoteEndPoint} after {TextFigures.ShortSeconds(change.After)} (connection {change.Number})",
        (ConnectionEventKind.Connected, false) => $"{change.RemoteEndPoint} answers after {TextFigures.ShortSeconds(change.After)}",
        (_, true) when change.Peer != WrongPeer.None =>
            $"connection to {change.RemoteEndPoint} lost: {change.Reason}{SumFailure.Advice(change.Peer)}",
        (_, true) => $"connection to {change.RemoteEndPoint} lost: {change.Details}",
        (_, false) => $"no answer from {change.RemoteEndPoint?.ToString() ?? target.Name}: {change.Reason}",
    };

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Write(string text) => StandardOutput.Write(output, text);
}
