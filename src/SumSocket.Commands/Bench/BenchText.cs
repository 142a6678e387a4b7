using SumSocket.Commands.Bench.Live;
using SumSocket.Measurement.Statistics;

namespace SumSocket.Commands.Bench;

/// <summary>A bench for people.</summary>
internal sealed class BenchText(Stream output, BenchOptions options, RunInfo setting) : IBenchReport
{
    private const int LabelWidth = 13;
    private const int Width = 80; // of the narrowest terminal that is likely
    private const int LeastColumnWidth = 8; // eight columns of them fit into that
    private const int MaxOutages = 10; // a server that flaps has hundreds that look alike; JSON has more of them

    public void Begin()
    {
        string load = options.IsOpenLoop ? Figures.Invariant($"{options.Rate}/s on schedule") : "as fast as answers come";
        string length =
            options.Requests is { } requests ? TextFigures.Count(requests, "request") : new Duration(options.Duration).ToString();
        string warmup = options.Warmup > TimeSpan.Zero ? $" after {new Duration(options.Warmup)} of warm-up" : "";
        string connections = $"{TextFigures.Count(options.Connections, "connection")} x {options.Pipeline}";
        if (options.RequestsPerConnection is { } perConnection)
            connections += $", {TextFigures.Count(perConnection, "request")} each";
        if (options.StartAt is { } start)
            warmup += $", from {BenchJson.Instant(start)} on";
        Write($"BENCH {setting.Address} ({setting.Transport}): {connections}, {load}, {length}{warmup}\n");
    }

    public void End(BenchResult result, int exitCode)
    {
        StringBuilder text = new();
        if (result.End == BenchEnd.Unreachable)
        {
            Line(text, "failed", $"{TextFigures.Percent(result.ErrorPercent)}: the server was never reached"); // why is on stderr
            Write(text.ToString());
            return;
        }

        text.Append('\n');
        WriteCounts(text, result);
        WriteTimes(text, result);
        WriteConnections(text, result);
        if (result.Parts.Count > 0)
            List(text, "parts", "", result.Parts.Select(part =>
                Figures.Invariant($"{Printable.Text(part.Name)} {part.Throughput:0.0} sums/s")));
        foreach (ThresholdResult threshold in result.Thresholds)
            Line(text, "threshold", $"{ThresholdReport.Line(threshold, result.Times.Count)}");
        if (result.End == BenchEnd.Interrupted && result.Duration > TimeSpan.Zero)
            Line(text, "interrupted", $"after {TextFigures.Seconds(result.Duration)} of the measured time");
        else if (result.End == BenchEnd.Interrupted)
            Line(text, "interrupted", $"before the measured time began");
        Write(text.ToString());
    }

    /// <summary>How it goes, in a line.</summary>
    public static string Snapshot(BenchSnapshot now, BenchOptions options)
    {
        BenchProgress progress = now.Progress;
        string far = LiveFrame.HowFar(new LiveState(options, progress, now.Counts, [])).Text;
        string phase = $"{LiveFrame.NameOf(progress.Phase)}{(far.Length > 0 ? $", {far}" : "")}";
        if (progress.Phase == BenchPhase.Connecting)
            return Figures.Invariant($"{phase}: {progress.Opened} of {options.Connections} opened");
        if (progress.Phase == BenchPhase.WarmingUp)
            return Figures.Invariant($"{phase}: {options.Connections - progress.Down} of {options.Connections} connections answer");
        BenchCounts counts = now.Counts;
        double rate = progress.Elapsed > TimeSpan.Zero ? counts.Ok / progress.Elapsed.TotalSeconds : 0;
        string failed = Figures.Invariant($"{counts.Failed} failed ({TextFigures.Percent(counts.FailedPercent)})");
        (string Name, TimeSpan? Time)[] times =
            [("p50", now.Times.Percentile(50)), ("p99", now.Times.Percentile(99)), ("max", now.Times.Max)];
        string latency = string.Join(
            ", ", times.Select(one => $"{one.Name} {(one.Time is { } time ? TextFigures.Milliseconds(time) : Figures.None)}"));
        return Figures.Invariant($"{phase}: {counts.Ok} ok, {failed}, {rate:0.0} sums/s, {latency}, ")
            + Figures.Invariant($"{progress.Down} of {options.Connections} connections down, outages: {now.Outages}");
    }

    private static void WriteCounts(StringBuilder text, BenchResult result)
    {
        BenchCounts totals = result.Totals;
        Line(text, "throughput", $"{result.Throughput:0.0} sums/s over {TextFigures.Seconds(result.Duration)}");
        string failed = $"{totals.Failed} failed ({TextFigures.Percent(totals.FailedPercent)})";
        string late = result.Options.IsOpenLoop ? $", {totals.Late} of them late" : "";
        Line(text, "requests", $"{totals.Planned} planned = {totals.Ok} ok + {failed}; {totals.Sent} sent{late}");
        if (totals.Retried > 0)
            Line(text, "retried", $"{totals.Retried} on another connection, since the server had closed theirs");
        if (totals.Failed > 0)
            Line(text, "failed", $"{OutcomeClass.Describe(totals, count => $"{count}")}");
    }

    private static void WriteTimes(StringBuilder text, BenchResult result)
    {
        IEnumerable<string> percentiles = result.Options.Percentiles.Select(Figures.Percentile);
        List<(string Label, string[] Cells)> rows = [("latency, ms", ["min", "mean", .. percentiles, "max", "stddev"])];
        if (result.Corrected is { } corrected)
            rows.Add(("from due", Cells(corrected)));
        rows.Add(("from sent", Cells(result.Uncorrected)));
        if (result.Lag is { } lag)
            rows.Add(("own lag", Cells(lag)));
        if (result.Connects is { } connects)
            rows.AddRange([("connect", Cells(connects.Connect)), ("first answer", Cells(connects.FirstAnswer))]);
        int[] widths = [.. rows[0].Cells.Select((_, column) => Math.Max(LeastColumnWidth, 1 + rows.Max(row => row.Cells[column].Length)))];
        foreach ((string label, string[] cells) in rows)
            Line(text, label, $"{string.Concat(cells.Select((cell, column) => cell.PadLeft(widths[column])))}");
        if (result.Times.Percentiles.Any(percentile => percentile.Value is null))
            Line(text, "", $"n/a: {result.Times.Count} {(result.Times.Count == 1 ? "is" : "are")} too few to say");
    }

    private static string[] Cells(LatencySummary times)
    {
        IEnumerable<TimeSpan?> all =
            [times.Min, times.Mean, .. times.Percentiles.Select(one => one.Value), times.Max, times.StandardDeviation];
        return [.. all.Select(time => time is null ? "n/a" : Milliseconds(time.Value))];
    }

    /// <summary>To a microsecond; to a tenth of a millisecond from a second on, so that eight columns fit.</summary>
    private static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString(time < TimeSpan.FromSeconds(1) ? "0.000" : "0.0", CultureInfo.InvariantCulture);

    private static void WriteConnections(StringBuilder text, BenchResult result)
    {
        if (result.Connects is { } connects)
            Line(text, "connects", $"{connects.PerSecond:0.0} connects/s: {connects.Made} made, {connects.Failed} failed");
        string attempts = TextFigures.Count(result.ConnectsFailed, "attempt");
        Line(text, "connections", $"{result.ConnectionsMade} made, {result.ConnectionsLost} lost, {attempts} failed");
        if (result.HasTooFewConnections)
            List(text, "opened", Figures.Invariant($"{result.ConnectionsOpened} of {result.Options.Connections}, not opened: "),
                result.NotOpened.Select(one => Figures.Invariant($"{one.Value} {Printable.Text(one.Key)}")));
        if (result.Violations > 0)
            Line(text, "violations", $"{TextFigures.Count(result.Violations, "connection")} lost since the server broke the protocol");
        if (result.Path.Count > 0)
            List(text, "path", "min/median/max of ", result.Path.Select(one => $"{one.Name} {one.Min}/{one.Median}/{one.Max}"));
        Line(text, "outages", $"{result.OutageCount}");
        foreach (BenchOutage outage in result.Outages.Take(MaxOutages))
        {
            string first = outage.FirstAnswer is { } answer ? $"first answer after {TextFigures.Seconds(answer)}" : "no answer since";
            string length = outage.Duration is { } duration ? $"over after {TextFigures.Seconds(duration)}" : "not over at the end";
            string lost = $"{TextFigures.Count(outage.Connections, "connection")}, {TextFigures.Count(outage.Lost, "request")} lost";
            string source = outage.Source is { } name ? $" ({Printable.Text(name)})" : "";
            Line(text, "", $"at {TextFigures.Seconds(outage.Start)}: {outage.NoticedBy}{source}, {first}, {length}, {lost}");
        }

        if (result.OutageCount > MaxOutages)
            Line(text, "", $"and {result.OutageCount - MaxOutages} more");
    }

    private static void Line(StringBuilder text, string label, FormattableString line) =>
        text.Append(label.PadRight(LabelWidth)).Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Items in as many lines as they need.</summary>
    private static void List(StringBuilder text, string label, string before, IEnumerable<string> items)
    {
        string line = before;
        bool isFirst = true; // of its line
        foreach (string item in items)
        {
            if (!isFirst && LabelWidth + line.Length + 2 + item.Length + 1 > Width)
            {
                Line(text, label, $"{line},");
                (label, line, isFirst) = ("", "", true);
            }

            line += isFirst ? item : $", {item}";
            isFirst = false;
        }

        Line(text, label, $"{line}");
    }

    private void Write(string text) => StandardOutput.Write(output, text);
}
