using SumSocket.Measurement.Bench;
using SumSocket.Reports.Charts;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>Percentiles and the longest time of each interval.</summary>
internal static class LatencyChart
{
    public static Chart Make(IReadOnlyList<ReportedRun> runs, TimeGrid grid)
    {
        double[] all = [.. runs.SelectMany(run => run.Series.SelectMany(interval => Values(run, interval))).OfType<double>()];
        Axis y = Axis.LogTime(all.Length == 0 ? 1 : all.Min(), all.Length == 0 ? 10 : all.Max());
        return new Chart
        {
            Id = "latency",
            Title = "Latency",
            Summary = string.Join(' ', runs.Select(Sum)),
            X = grid.X,
            Y = y,
            Bands = grid.Outages(),
            Lines = [.. runs.SelectMany(Lines)],
            Hits = grid.Hits(Tell),
        };

        IEnumerable<ChartPath> Lines(ReportedRun run)
        {
            yield return Line(run, "longest", "longest", interval => interval.Max?.TotalMicroseconds);
            if (run.Tail is { } tail)
                yield return Line(run, "tail", Figures.Percentile(tail), interval => ReportedRun.Read(interval, tail));
            if (run.Middle is { } middle)
                yield return Line(run, "middle", Figures.Percentile(middle), interval => ReportedRun.Read(interval, middle));
        }

        ChartPath Line(ReportedRun run, string css, string name, Func<BenchInterval, double?> read) => new(
            $"line {css} {run.Css}",
            PathData.Steps(grid.Steps(run, interval => read(interval) is { } time ? y.Position(time) : null)),
            $"{run.Prefix}{name}");
    }

    private static double?[] Values(ReportedRun run, BenchInterval interval) =>
        [interval.Max?.TotalMicroseconds, ReportedRun.Read(interval, run.Tail), ReportedRun.Read(interval, run.Middle)];

    private static string Tell(ReportedRun run, BenchInterval interval)
    {
        IEnumerable<string> percentiles = ((double?[])[run.Middle, run.Tail]).OfType<double>()
            .Select(percent => $"{Figures.Percentile(percent)} {Figures.Time(ReportedRun.Read(interval, percent))}, ");
        return $"{string.Concat(percentiles)}longest {Figures.Time(interval.Max)} (n={Figures.Count(interval.Count)})";
    }

    private static string Sum(ReportedRun run)
    {
        string from = run.Result.Options.IsOpenLoop ? "from when a request was due" : "from when a request was sent";
        if (run.Series.MaxBy(interval => interval.Max ?? TimeSpan.Zero) is not { Max: { } longest } worst)
            return $"{run.Prefix}no times at all.";
        string percentiles = string.Concat(((double?[])[run.Middle, run.Tail]).OfType<double>().Select(percent => Range(run, percent)));
        return $"{run.Prefix}{from}: {percentiles}the longest {Figures.Time(longest)}, between {Figures.Seconds(worst.Start)} and {Figures.Seconds(worst.End)}.";
    }

    private static string Range(ReportedRun run, double percent)
    {
        double[] values = [.. run.Series.Select(interval => ReportedRun.Read(interval, percent)).OfType<double>()];
        return values.Length == 0 ? "" : $"{Figures.Percentile(percent)} from {Figures.Time(values.Min())} to {Figures.Time(values.Max())}, ";
    }
}
