namespace SumSocket.Measurement;

/// <summary>Tells outages from single events: the first sign of trouble opens one, a good answer closes it. Not for several threads at once.</summary>
public sealed class OutageLog
{
    /// <summary>How many outages are kept in detail, the last ones: a probe may run for months.</summary>
    public const int Kept = 100;

    private readonly Queue<PingOutage> _ended = new();
    private PingOutage? _open;

    /// <summary>How many there were, the present one included.</summary>
    public long Count { get; private set; }

    /// <summary>The last of them, in order, the present one included.</summary>
    public IReadOnlyList<PingOutage> Recent => _open is null ? [.. _ended] : [.. _ended.TakeLast(Kept - 1), _open];

    /// <summary>A sign of trouble.</summary>
    /// <param name="at">When, from the start.</param>
    /// <param name="sign">What it was.</param>
    /// <param name="roundLost">Whether a round got no answer.</param>
    public void Notice(TimeSpan at, string sign, bool roundLost)
    {
        if (_open is null)
        {
            _open = new PingOutage(at, sign, null, 0);
            Count++;
        }

        if (roundLost)
            _open = _open with { RoundsLost = _open.RoundsLost + 1 };
    }

    /// <summary>A good answer.</summary>
    /// <param name="at">When, from the start.</param>
    public void End(TimeSpan at)
    {
        if (_open is null)
            return;
        if (_ended.Count == Kept)
            _ended.Dequeue();
        _ended.Enqueue(_open with { Duration = at - _open.Start });
        _open = null;
    }
}
