namespace SumSocket.Measurement.Statistics;

/// <summary>How much the times of successive answers differ: the estimate of RFC 3550, section 6.4.1, over round-trip times in the order of
/// arrival. Each difference moves it by a sixteenth, so it forgets slowly and one outlier shows without ruling.</summary>
internal sealed class Jitter
{
    private long? _last;
    private double _ticks;

    /// <summary>The estimate; null before there are two answers.</summary>
    public TimeSpan? Value { get; private set; }

    /// <summary>Takes the next time in.</summary>
    /// <param name="time">From a request to its answer.</param>
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
