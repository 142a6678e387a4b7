using System.Globalization;
using System.Text;
using SumSocket.Cli;
using SumSocket.Measurement.Bench;

namespace SumSocket.Commands.Bench;

/// <summary>A bench for people.</summary>
internal sealed class BenchText(Stream output, BenchOptions options, BenchSetting setting) : IBenchReport
{
    private const int LabelWidth = 13;
    private const int LeastColumnWidth = 8; // eight columns of them fit into a terminal of 80

    public void Begin()
    {
        string load = options.IsOpenLoop ? $"{options.Rate}/s on schedule" : "as fast as answers come";
        string length = options.Requests is { } requests ? $"{requests} requests" : new Duration(options.Duration).ToString();
        string warmup = options.Warmup > TimeSpan.Zero ? $" after {new Duration(options.Warmup)} of warm-up" : "";
        Write($"BENCH {setting.Address} ({setting.Transport}): {options.Connections} connections x {options.Pipeline}, {load}, {length}{warmup}\n");
    }

    public void Tell(BenchInterval interval)
    {
    }

    public void End(BenchResult result, int exitCode)
    {
        if (result.End == BenchEnd.Unreachable)
            return; // why is told on stderr, and there is nothing else to say
        StringBuilder text = new();
        text.Append('\n');
        WriteCounts(text, result);
        WriteTimes(text, result);
        WriteConnections(text, result);
        foreach (ThresholdResult threshold in result.Thresholds)
            Line(text, "threshold", $"{(threshold.IsMet ? '✓' : '✗')} {threshold.Threshold.Text} ({Actual(threshold, result)})");
        if (result.End == BenchEnd.Interrupted)
            Line(text, "interrupted", $"after {result.Duration.TotalSeconds:0.000} s of the measured time");
        Write(text.ToString());
    }

    private static void WriteCounts(StringBuilder text, BenchResult result)
    {
        BenchCounts totals = result.Totals;
        Line(text, "throughput", $"{result.Throughput:0.0} sums/s over {result.Duration.TotalSeconds:0.000} s");
        Line(text, "requests", $"{totals.Planned} planned = {totals.Ok} ok + {totals.Failed} failed ({Share.Text(totals.FailedPercent)}); {totals.Sent} sent{(
            result.Options.IsOpenLoop ? string.Create(CultureInfo.InvariantCulture, $", {totals.Late} of them late") : "")}");
        if (totals.Failed > 0)
            Line(text, "failed", $"{FailedClasses.Describe(totals)}");
    }

    private static void WriteTimes(StringBuilder text, BenchResult result)
    {
        List<(string Label, string[] Cells)> rows =
            [("latency, ms", ["min", "mean", .. result.Options.Percentiles.Select(percent => BenchJson.NameOf(percent)[..^3]), "max", "stddev"])];
        if (result.Corrected is { } corrected)
            rows.Add(("from due", Cells(corrected)));
        rows.Add((result.Corrected is null ? "" : "from sent", Cells(result.Uncorrected)));
        if (result.Lag is { } lag)
            rows.Add(("own lag", Cells(lag)));
        int[] widths = [.. rows[0].Cells.Select((_, column) => Math.Max(LeastColumnWidth, 1 + rows.Max(row => row.Cells[column].Length)))];
        foreach ((string label, string[] cells) in rows)
            Line(text, label, $"{string.Concat(cells.Select((cell, column) => cell.PadLeft(widths[column])))}");
        if (result.Times.Percentiles.Any(percentile => percentile.Value is null))
            Line(text, "", $"n/a: {result.Times.Count} are too few to say");
    }

    private static string[] Cells(TimeFigures times)
    {
        IEnumerable<TimeSpan?> all = [times.Min, times.Mean, .. times.Percentiles.Select(one => one.Value), times.Max, times.StandardDeviation];
        return [.. all.Select(time => time?.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture) ?? "n/a")];
    }

    private static void WriteConnections(StringBuilder text, BenchResult result)
    {
        Line(text, "connections", $"{result.ConnectionsMade} made, {result.ConnectionsLost} lost, {result.ConnectsFailed} attempts failed");
        string path = string.Join(", ", result.Path.Select(
            figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Name} {figure.Min}/{figure.Median}/{figure.Max}")));
        if (path.Length > 0)
            Line(text, "path", $"min/median/max of {path}");
        Line(text, "outages", $"{result.OutageCount}");
        foreach (BenchOutage outage in result.Outages)
        {
            string first = outage.FirstAnswer is { } answer ? $"first answer after {Seconds(answer)}" : "no answer since";
            string length = outage.Duration is { } duration ? $"over after {Seconds(duration)}" : "not over at the end";
            Line(text, "", $"at {Seconds(outage.Start)}: {outage.NoticedBy}, {first}, {length}, {outage.Connections} connections, {outage.Lost} requests lost");
        }
    }

    private static string Actual(ThresholdResult result, BenchResult all) => (result.Actual, result.Threshold) switch
    {
        (null, _) => string.Create(CultureInfo.InvariantCulture, $"n/a (n={all.Times.Count})"),
        ({ } value, { IsTime: true }) => string.Create(CultureInfo.InvariantCulture, $"{value * 1000:0.000} ms"),
        ({ } value, { Figure: BenchFigure.ErrorPercent }) => Share.Text(value),
        ({ } value, { Figure: BenchFigure.Throughput }) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0}/s"),
        ({ } value, _) => value.ToString("0", CultureInfo.InvariantCulture),
    };

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.000} s");

    private static void Line(StringBuilder text, string label, FormattableString line) =>
        text.Append(label.PadRight(LabelWidth)).Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Write(string text) => StandardOutput.Write(output, text);
}
