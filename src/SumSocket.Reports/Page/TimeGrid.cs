namespace SumSocket.Reports.Page;

/// <summary>The time axis that charts share, and the places on it that have a text.</summary>
internal sealed class TimeGrid
{
    // A long run has more intervals than the pointer can distinguish.
    private const int MaxHits = 400;
    private const double LeastHit = 0.006; // a few pixels

    private readonly IReadOnlyList<ReportedRun> _runs;
    private readonly IReadOnlyList<BenchInterval> _finest;
    private readonly BenchInterval[] _places;

    public TimeGrid(IReadOnlyList<ReportedRun> runs)
    {
        _runs = runs;
        X = Axis.Seconds(runs.Max(run => run.EndSeconds));
        _finest = runs.MaxBy(run => run.Series.Count)!.Series;
        int step = (_finest.Count + MaxHits - 1) / MaxHits;
        _places = [.. _finest.Chunk(Math.Max(step, 1)).Select(chunk => chunk.MaxBy(one => (one.Counts.Failed, one.Max ?? TimeSpan.Zero))!)];
    }

    public Axis X { get; }

    public double At(TimeSpan time) => X.Position(time.TotalSeconds);

    /// <summary>The intervals of a run with a value for each.</summary>
    public (double From, double To, double? Value)[] Steps(ReportedRun run, Func<BenchInterval, double?> read) =>
        [.. run.Series.Select(interval => (At(interval.Start), At(interval.End), read(interval)))];

    /// <summary>For each place a line for each run that has a text there. Of several intervals at one place the worst counts, and of
    /// another run the one that covers most of it. The last place goes on to the end of all runs, and is wide enough to be pointed
    /// at.</summary>
    public IReadOnlyList<ChartHit> Hits(Func<ReportedRun, BenchInterval, string?> describe)
    {
        return ChartHit.Row([.. _places.Select((place, i) =>
            (Math.Min(At(End(i)), i + 1 < _places.Length ? 1 - LeastHit : 1), Text(place, End(i))))]);

        TimeSpan End(int i) => i + 1 < _places.Length ? _places[i + 1].Start : TimeSpan.MaxValue;

        string Text(BenchInterval place, TimeSpan end)
        {
            IEnumerable<string> lines =
                from run in _runs
                let interval = run.Series == _finest ? place : run.Series.MaxBy(one => Common(one, place.Start, end))
                where interval is not null && Common(interval, place.Start, end) > TimeSpan.Zero
                let text = describe(run, interval)
                where text is not null
                select $"{run.Prefix}{text}";
            return $"{Figures.Seconds(place.Start)} to {Figures.Seconds(place.End)}\n{string.Join('\n', lines)}";
        }

        static TimeSpan Common(BenchInterval one, TimeSpan start, TimeSpan end) =>
            (one.End < end ? one.End : end) - (one.Start > start ? one.Start : start);
    }

    /// <summary>The outages of runs as bands.</summary>
    public ChartBand[] Outages(params IEnumerable<ReportedRun> runs) =>
        [.. runs.SelectMany(run => run.Result.Outages.Select(outage => Band(run, outage)))];

    /// <summary>An outage: one that did not end goes on to the end of its run, and one too short to be seen is drawn longer.</summary>
    private ChartBand Band(ReportedRun run, BenchOutage outage)
    {
        double from = Math.Min(At(outage.Start), 0.997);
        double to = outage.Duration is { } duration ? At(outage.Start + duration) : X.Position(run.EndSeconds);
        return new ChartBand(from, Math.Max(to, from + 0.003), $"outage {run.Css}");
    }
}
