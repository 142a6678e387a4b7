using SumSocket.Reports.Page;

namespace SumSocket.Reports.Comparing;

/// <summary>A figure worth a tile of its own, or a row where runs are compared.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Read">Reads it from a result.</param>
/// <param name="Show">Shows it.</param>
/// <param name="Kind">How two of it are compared.</param>
/// <param name="ReadInterval">Reads it from an interval; null where intervals do not have it.</param>
internal sealed record MainFigure(
    string Name, Func<BenchResult, double?> Read, Func<double?, Cell> Show, FigureKind Kind,
    Func<BenchInterval, double?>? ReadInterval = null)
{
    /// <summary>The figures of some runs, errors first.</summary>
    public static IReadOnlyList<MainFigure> For(IReadOnlyList<ReportedRun> runs)
    {
        double[] percents = [.. runs.SelectMany(run => run.Options.Percentiles).Distinct().Order()];
        double[] openPercents = runs.All(run => run.Result.Corrected is not null) ? percents : [];
        return
        [
            new("errors", result => result.ErrorPercent, Cell.Percent, FigureKind.Errors),
            new("throughput", result => result.Throughput, Cell.Rate, FigureKind.Rate, interval => interval.Throughput),
            .. runs.Any(run => run.Result.Connects is not null)
                ? (MainFigure[])[new("connects a second", result => result.Connects?.PerSecond, Cell.Rate, FigureKind.Rate,
                    interval => interval.ConnectsPerSecond)]
                : [],
            .. percents.Select(percent => Time(
                Figures.Percentile(percent), result => result.Times.Percentiles.At(percent), interval => interval.Percentiles.At(percent))),
            Time("longest", result => result.Times.Max, interval => interval.Max),
            Time("mean", result => result.Times.Mean, interval => interval.Mean),
            .. openPercents.Select(percent => Time(
                $"{Figures.Percentile(percent)} uncorrected", result => result.Uncorrected.Percentiles.At(percent))),
            .. openPercents.TakeLast(1).Select(percent => Time(
                $"{Figures.Percentile(percent)} of the lag", result => result.Lag?.Percentiles.At(percent))),
            new("outages", result => result.OutageCount, Cell.Count, FigureKind.Count),
            new("connections lost", result => result.ConnectionsLost, Cell.Count, FigureKind.Count),
        ];
    }

    public Cell Of(BenchResult result) => Show(Read(result));

    private static MainFigure Time(
        string name, Func<BenchResult, TimeSpan?> read, Func<BenchInterval, TimeSpan?>? readInterval = null) =>
        new(name, result => read(result)?.TotalMicroseconds, Cell.Time, FigureKind.Time,
            readInterval is null ? null : interval => readInterval(interval)?.TotalMicroseconds);
}

/// <summary>How two of a figure are compared.</summary>
internal enum FigureKind
{
    /// <summary>The share of requests that failed.</summary>
    Errors,

    /// <summary>So many a second, of which more is better.</summary>
    Rate,

    /// <summary>A time, which depends on the load.</summary>
    Time,

    /// <summary>How often something happened that should not.</summary>
    Count,
}
