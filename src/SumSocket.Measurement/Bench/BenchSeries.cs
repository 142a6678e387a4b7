namespace SumSocket.Measurement.Bench;

/// <summary>Cuts what was measured into intervals. Each holds what was added since the one before, so together they hold all. A remainder
/// shorter than a tenth of an interval belongs to its neighbour, so an interval is returned a tenth after its end.</summary>
internal sealed class BenchSeries(BenchRecorder recorder, BenchOptions options, long measuredFrom, ClientMetrics? metrics = null)
{
    private readonly List<BenchInterval> _intervals = [];
    private readonly long _least = options.Interval.Ticks / 10;
    private BenchInterval? _held; // has ended and is not returned yet
    private BenchTally _before = new(options.IsOpenLoop, options.CountsConnects); // all that was measured before it
    private long _start; // of the last interval, in ticks from the start of the measured time
    private long _end;

    public IReadOnlyList<BenchInterval> Intervals => _intervals;

    /// <summary>All that was measured up to the end of the last interval.</summary>
    public BenchTally Total { get; private set; } = new(options.IsOpenLoop, options.CountsConnects);

    /// <summary>When to call <see cref="Step"/> next.</summary>
    public long NextStep => measuredFrom + (_held is null ? NextEnd : _end + _least);

    /// <summary>When the next interval ends: on the grid, but not too near to where the last one really ended.</summary>
    private long NextEnd => ((_end + _least) / options.Interval.Ticks + 1) * options.Interval.Ticks;

    /// <summary>Does what is due at <see cref="NextStep"/>, and returns an interval that will not change any more.</summary>
    public BenchInterval? Step(long now) => _held is null ? Cut(now) : Release();

    /// <summary>Ends the last interval of the measured time, unless there is nothing left of it. It is not returned yet. When the call
    /// comes much later than that end, as the caller was slow to take the one before, the interval lasts until now.</summary>
    /// <returns>The one before, if it is not returned yet and the last is long enough to stand alone.</returns>
    public BenchInterval? CutLast(long end, long now) => end > measuredFrom + _end ? Cut(now - end > _least ? now : end) : null;

    /// <summary>Adds what ended after the measured time, and returns the rest.</summary>
    public IEnumerable<BenchInterval> Close(long end)
    {
        if (recorder.Measured.Counts.Planned > Total.Counts.Planned && Cut(end) is { } whole)
            yield return whole;
        if (Release() is { } last)
            yield return last;
    }

    private BenchInterval? Cut(long now)
    {
        long end = now - measuredFrom;
        BenchInterval? whole = null;
        if (_held is null || end - _end >= _least)
        {
            whole = Release();
            (_start, _before) = (_end, Total);
        }

        BenchTally last = Total;
        Total = recorder.Measured;
        metrics?.RequestsEnded(() => Total.Times.Since(last.Times));
        _end = end;
        _held = Total.Since(_before, new TimeSpan(_start), new TimeSpan(_end), options);
        return whole;
    }

    private BenchInterval? Release()
    {
        BenchInterval? whole = _held;
        if (whole is not null)
            _intervals.Add(whole);
        _held = null;
        return whole;
    }
}
