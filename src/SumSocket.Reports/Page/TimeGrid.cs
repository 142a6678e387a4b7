namespace SumSocket.Reports.Page;

/// <summary>The time axis that the charts share, and what there is to tell at each place of it.</summary>
internal sealed class TimeGrid
{
    // Narrower than the pointer can tell apart; a long run has more intervals than that.
    private const int MaxHits = 400;

    private readonly IReadOnlyList<ReportedRun> _runs;
    private readonly List<BenchInterval> _places = [];

    public TimeGrid(IReadOnlyList<ReportedRun> runs)
    {
        _runs = runs;
        double end = runs.Max(run => run.EndSeconds);
        X = Axis.Seconds(end);
        IReadOnlyList<BenchInterval> finest = runs.MaxBy(run => run.Series.Count)!.Series;
        int step = (finest.Count + MaxHits - 1) / MaxHits;
        for (int i = 0; i < finest.Count; i += step)
            _places.Add(finest.Skip(i).Take(step).MaxBy(interval => (interval.Counts.Failed, interval.Max ?? TimeSpan.Zero))!);
    }

    /// <summary>The axis.</summary>
    public Axis X { get; }

    /// <summary>Where an instant is.</summary>
    public double At(TimeSpan time) => X.Position(time.TotalSeconds);

    /// <summary>The intervals of a run with a value for each.</summary>
    public IEnumerable<(double From, double To, double? Value)> Steps(ReportedRun run, Func<BenchInterval, double?> read) =>
        run.Series.Select(interval => (At(interval.Start), At(interval.End), read(interval)));

    /// <summary>What to tell: for each place a line for each run that has something to say there. Of several intervals at one place the
    /// worst.</summary>
    public IReadOnlyList<ChartHit> Hits(Func<ReportedRun, BenchInterval, string?> tell)
    {
        List<ChartHit> hits = [];
        double from = 0;
        for (int i = 0; i < _places.Count; i++)
        {
            BenchInterval place = _places[i];
            double to = i + 1 < _places.Count ? At(_places[i + 1].Start) : At(place.End);
            TimeSpan middle = (place.Start + place.End) / 2;
            IEnumerable<string?> lines =
                from run in _runs
                let interval = run.Series.FirstOrDefault(interval => interval.Start <= middle && middle < interval.End)
                where interval is not null
                let told = tell(run, interval)
                where told is not null
                select $"{run.Prefix}{told}";
            hits.Add(new ChartHit(from, to, $"{Figures.Seconds(place.Start)} to {Figures.Seconds(place.End)}\n{string.Join('\n', lines)}"));
            from = to;
        }

        return hits;
    }

    /// <summary>The outages of all runs as bands.</summary>
    public IReadOnlyList<ChartBand> Outages() =>
        [.. from run in _runs from outage in run.Result.Outages let span =
            Span(run, outage) select new ChartBand(span.From, span.To, $"outage {run.Css}")];

    /// <summary>Where an outage is; one that did not end goes on to the end of its run, and one too short to be seen is drawn
    /// longer.</summary>
    public (double From, double To) Span(ReportedRun run, BenchOutage outage)
    {
        double from = At(outage.Start);
        double to = outage.Duration is { } duration ? At(outage.Start + duration) : X.Position(run.EndSeconds);
        return (Math.Min(from, 0.997), Math.Max(to, Math.Min(from, 0.997) + 0.003));
    }
}
