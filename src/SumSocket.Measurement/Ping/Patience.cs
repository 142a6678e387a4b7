namespace SumSocket.Measurement.Ping;

/// <summary>How long an answer may take before it is long overdue: a second longer than nearly all have taken, or an interval if that is
/// more.</summary>
/// <param name="times">What they have taken.</param>
/// <param name="interval">From one round to the next.</param>
internal sealed class Patience(PingSamples times, TimeSpan interval)
{
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1);

    private (long Count, TimeSpan Time) _usual; // and how many there were then

    public TimeSpan Value
    {
        get
        {
            if (_usual.Count != times.Count) // at the end thousands of requests need the same value
                // Not the longest: after one very late answer no loss would be found any more.
                _usual = (times.Count, times.Percentile(99) ?? times.Max ?? TimeSpan.Zero);
            return _usual.Time + PingSchedule.Longer(interval, _least);
        }
    }
}
