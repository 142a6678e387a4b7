namespace SumSocket.Measurement.Ping;

/// <summary>The times of a ping. The first thousand are kept as they are, so that percentiles of a few are values that were seen; those of
/// more are right to three digits, as in a <see cref="Histogram"/>.</summary>
internal sealed class PingSamples : ITimes
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 1_000;

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

    /// <summary>As <see cref="Histogram.Percentile"/>.</summary>
    public TimeSpan? Percentile(double percent) =>
        _all.Percentile(percent) is { } bucket ? _all.Count > Kept ? bucket : _few[(int)_all.RankOf(percent) - 1] : null;
}
