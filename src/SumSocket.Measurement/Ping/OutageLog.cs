namespace SumSocket.Measurement.Ping;

/// <summary>Combines the signs of trouble and the good answers of a probe to outages. They must come in order.</summary>
internal sealed class OutageLog
{
    /// <summary>How many outages are kept, the last ones: a probe may run for months.</summary>
    public const int Kept = 100;

    private readonly int _enough;
    private readonly Queue<PingOutage> _ended;
    private PingOutage? _open;
    private bool _connectionLost;
    private long _endedCount;

    /// <param name="enough">How many rounds in a row must be lost to make an outage, unless the connection itself is lost.</param>
    public OutageLog(int enough = 1) => (_enough, _ended) = (enough, []);

    public OutageLog(OutageLog other) =>
        (_enough, _ended, _open, _connectionLost, _endedCount) =
        (other._enough, new(other._ended), other._open, other._connectionLost, other._endedCount);

    /// <summary>Called with how long each outage lasted, when it has ended.</summary>
    public Action<TimeSpan>? Ended { get; init; }

    /// <summary>How many there were, the present one included.</summary>
    public long Count => _endedCount + (Present is null ? 0 : 1);

    /// <summary>The last of them, in order, the present one included.</summary>
    public IReadOnlyList<PingOutage> Recent => Present is { } present ? [.. _ended.TakeLast(Kept - 1), present] : [.. _ended];

    private PingOutage? Present => _connectionLost || _open?.RoundsLost >= _enough ? _open : null;

    /// <summary>At <paramref name="at"/> there was no connection, or no server.</summary>
    public void LoseConnection(TimeSpan at, string sign)
    {
        _open ??= new PingOutage(at, sign, null, 0);
        _connectionLost = true;
    }

    /// <summary>A round that was sent at <paramref name="at"/> got no answer.</summary>
    public void LoseRound(TimeSpan at, string sign)
    {
        _open ??= new PingOutage(at, sign, null, 0);
        _open = _open with { RoundsLost = _open.RoundsLost + 1 };
    }

    /// <summary>At <paramref name="at"/> a good answer came.</summary>
    public void End(TimeSpan at)
    {
        if (Present is { } ended)
        {
            if (_ended.Count == Kept)
                _ended.Dequeue();
            _ended.Enqueue(ended with { Duration = at - ended.Start });
            _endedCount++;
            Ended?.Invoke(at - ended.Start);
        }

        _open = null;
        _connectionLost = false;
    }
}

/// <summary>From the sending of the first request without an answer, or the loss of the connection, to the next good answer.</summary>
/// <param name="Start">When it began, from the start of the probe.</param>
/// <param name="NoticedBy">The first sign, in a few lower-case words such as <c>connection closed by peer</c> or <c>timed out</c>.</param>
/// <param name="Duration">How long until a good answer came; null when none has.</param>
/// <param name="RoundsLost">Rounds in it that got no answer, unsent ones included, or only a closing error.</param>
internal sealed record PingOutage(TimeSpan Start, string NoticedBy, TimeSpan? Duration, long RoundsLost);
