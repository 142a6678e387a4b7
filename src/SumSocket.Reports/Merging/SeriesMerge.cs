namespace SumSocket.Reports.Merging;

/// <summary>Adds up series by the time of day. Each element goes as a whole into the cell that its middle lies in, so every request is
/// counted once, and elements that began some milliseconds apart meet.</summary>
internal static class SeriesMerge
{
    public static IReadOnlyList<BenchInterval> Add(IReadOnlyList<BenchResult> all, DateTimeOffset origin, BenchOptions options)
    {
        long length = options.Interval.Ticks;
        var cells = all.SelectMany(result => result.Series.Select(one => Shift(one, result.StartedAt - origin)))
            .GroupBy(one => (one.Start + one.End).Ticks / 2 / length).OrderBy(cell => cell.Key);
        List<List<BenchInterval>> groups = [];
        TimeSpan end = TimeSpan.MinValue;
        foreach (IGrouping<long, BenchInterval> cell in cells)
        {
            TimeSpan last = cell.Max(one => one.End);
            // As in the series of one bench: a rest of less than a tenth belongs to its neighbour.
            if (groups.Count > 0 && (last - end).Ticks < length / 10)
                groups[^1].AddRange(cell);
            else
                groups.Add([.. cell]);
            end = last > end ? last : end;
        }

        List<BenchInterval> series = [];
        foreach (List<BenchInterval> group in groups)
            series.Add(Add(group, after: series.Count == 0 ? TimeSpan.Zero : series[^1].End, options.Percentiles));
        return series;
    }

    private static BenchInterval Shift(BenchInterval one, TimeSpan by) => one with { Start = one.Start + by, End = one.End + by };

    private static BenchInterval Add(List<BenchInterval> all, TimeSpan after, IReadOnlyList<double> percentiles)
    {
        TimeSpan start = all.Min(one => one.Start);
        long count = all.Sum(one => one.Count);
        Histogram? times = AddTimes(all);
        return new BenchInterval
        {
            Start = start > after ? start : after,
            End = all.Max(one => one.End),
            Counts = all.Select(one => one.Counts).Aggregate((sum, one) => sum.Plus(one)),
            Count = count,
            Mean = count == 0 ? null : all.Sum(one => (one.Mean ?? default).Ticks * (double)one.Count) is var sum
                ? TimeSpan.FromTicks((long)Math.Round(sum / count))
                : null,
            Max = all.Max(one => one.Max),
            Percentiles = [.. percentiles.Select(percent => new PercentileValue(percent, times?.Percentile(percent)))],
            Histogram = times is null ? null : HistogramText.Write(times),
            Connects = all.Sum(one => one.Connects) is var connects && all.Any(one => one.Connects is not null) ? connects : null,
        };
    }

    /// <summary>All times; null when one of the elements has no histogram, since percentiles cannot be added.</summary>
    private static Histogram? AddTimes(List<BenchInterval> all)
    {
        if (all.Any(one => one.Histogram is null && one.Count > 0))
            return null;
        Histogram sum = new();
        foreach (BenchInterval one in all)
        {
            if (one.Histogram is not null)
                sum.Merge(Histogram.Restore(HistogramText.Read(one.Histogram)!, max: one.Max));
        }

        return sum;
    }
}
