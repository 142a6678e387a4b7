namespace SumSocket.Measurement.Bench;

/// <summary>Cuts what was measured into intervals: each is what was added since the one before, so that together they are all.</summary>
internal sealed class BenchSeries(BenchRecorder recorder, BenchOptions options, long measuredFrom)
{
    private readonly List<BenchInterval> _intervals = [];

    /// <summary>The intervals so far.</summary>
    public IReadOnlyList<BenchInterval> Intervals => _intervals;

    /// <summary>All that was measured up to the end of the last interval.</summary>
    public BenchTally Total { get; private set; } = new(options.IsOpenLoop);

    /// <summary>Ends an interval.</summary>
    public BenchInterval Cut(long start, long end)
    {
        BenchInterval interval = Take(start, end);
        _intervals.Add(interval);
        return interval;
    }

    /// <summary>Takes in what ended after the last interval; null when that is nothing.</summary>
    public BenchInterval? CutRest(long start, long end)
    {
        BenchInterval rest = Take(start, end);
        if (rest.Counts.Planned == 0)
            return null;
        _intervals.Add(rest);
        return rest;
    }

    /// <summary>The first instant after <paramref name="now"/> at which an interval ends.</summary>
    public long NextCut(long now) => measuredFrom + ((now - measuredFrom) / options.Interval.Ticks + 1) * options.Interval.Ticks;

    private BenchInterval Take(long start, long end)
    {
        BenchTally now = recorder.Measured;
        BenchInterval interval = now.Since(Total, new TimeSpan(start - measuredFrom), new TimeSpan(end - measuredFrom), options.Percentiles);
        Total = now;
        return interval;
    }
}
