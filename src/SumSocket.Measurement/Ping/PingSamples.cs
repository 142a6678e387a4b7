namespace SumSocket.Measurement.Ping;

/// <summary>The times of a ping. The first thousand are kept as they are, so that percentiles of a few are values that were seen; those of
/// more are right to three digits, as in a <see cref="Histogram"/>.</summary>
internal sealed class PingSamples : ITimes
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 1_000;

    private const int MostSlots = 1_000_000; // of one pause

    private readonly Histogram _all = new();
    private readonly List<TimeSpan> _few = []; // in rising order; not used once there are more

    public long Count => _all.Count;

    public TimeSpan? Min => _all.Min;

    public TimeSpan? Mean => _all.Mean;

    public TimeSpan? Max => _all.Max;

    public TimeSpan? StandardDeviation => _all.StandardDeviation;

    public void Record(TimeSpan time)
    {
        _all.Record(time);
        if (_all.Count > Kept)
            return;
        int at = _few.BinarySearch(time);
        _few.Insert(at < 0 ? ~at : at, time);
    }

    /// <summary>Records the time from when each of some slots was due until now.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="interval">From one slot to the next.</param>
    /// <param name="now">From the start.</param>
    public void RecordSlots(long first, long count, TimeSpan interval, TimeSpan now)
    {
        for (long slot = first; slot < first + Math.Min(count, MostSlots); slot++)
            Record(now - slot * interval);
    }

    /// <summary>As <see cref="Histogram.Percentile"/>.</summary>
    public TimeSpan? Percentile(double percent) => Count > Kept ? _all.Percentile(percent)
        : Count < Histogram.SamplesFor(percent) ? null : _few[(int)_all.RankOf(percent) - 1];
}
