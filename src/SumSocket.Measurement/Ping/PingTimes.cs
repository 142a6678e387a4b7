namespace SumSocket.Measurement.Ping;

/// <summary>The figures of some times of a ping; null where there are too few to say.</summary>
internal sealed record PingTimes(long Count, TimeSpan? Min, TimeSpan? Mean, TimeSpan? P50, TimeSpan? P99, TimeSpan? Max)
{
    public static PingTimes Of(PingSamples times) =>
        new(times.Count, times.Min, times.Mean, times.Percentile(50), times.Percentile(99), times.Max);
}

/// <summary>How much the times of successive answers differ: the estimate of RFC 3550, section 6.4.1, over round-trip times in the order of
/// arrival. Each difference moves it by a sixteenth, so it forgets slowly and one outlier does not dominate.</summary>
internal sealed class Jitter
{
    private long? _last;
    private double _ticks;

    /// <summary>The estimate; null before there are two answers.</summary>
    public TimeSpan? Value { get; private set; }

    /// <summary>Adds the time from a request to its answer.</summary>
    public void Add(TimeSpan time)
    {
        if (_last is { } last)
        {
            _ticks += (Math.Abs(time.Ticks - last) - _ticks) / 16;
            Value = TimeSpan.FromTicks((long)Math.Round(_ticks));
        }

        _last = time.Ticks;
    }
}
