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
    private int _signs; // rounds in a row that were lost, or answered far too late
    private TimeSpan _lastEnd = TimeSpan.MinValue;
    private TimeSpan _down; // of those that have ended
    private long _endedCount;

    /// <param name="enough">How many rounds in a row must be lost to make an outage, unless the connection itself is lost.</param>
    public OutageLog(int enough = 1) => (_enough, _ended) = (enough, []);

    public OutageLog(OutageLog other) =>
        (_enough, _ended, _open, _connectionLost, _endedCount, _signs, _lastEnd, _down) =
        (other._enough, new(other._ended), other._open, other._connectionLost, other._endedCount, other._signs, other._lastEnd,
            other._down);

    /// <summary>Called with how long each outage lasted, when it has ended.</summary>
    public Action<TimeSpan>? Ended { get; init; }

    /// <summary>How many there were, the present one included.</summary>
    public long Count => _endedCount + (Present is null ? 0 : 1);

    /// <summary>The last of them, in order, the present one included.</summary>
    public IReadOnlyList<PingOutage> Recent => Present is { } present ? [.. _ended.TakeLast(Kept - 1), present] : [.. _ended];

    // A connection that is lost and had again before a round needs it is none.
    private PingOutage? Present => _signs >= (_connectionLost ? 1 : _enough) ? _open : null;

    /// <summary>How long all outages were together, the present one up to <paramref name="now"/>.</summary>
    public TimeSpan Down(TimeSpan now) => Present is { } present ? _down + now - present.Start : _down;

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
        _signs++;
    }

    /// <summary>A round that was sent at <paramref name="sentAt"/> was answered at <paramref name="at"/>, long after an answer was to be
    /// expected: the server or the path stood still.</summary>
    public void Delay(TimeSpan sentAt, TimeSpan at, string sign)
    {
        if (sentAt < _lastEnd)
            return; // it waited in the same standstill as those before it
        _open ??= new PingOutage(sentAt, sign, null, 0);
        _signs++;
        if (Present is not null)
            End(at);
    }

    /// <summary>A round was answered with an error: in an outage it lacks its sum, too.</summary>
    public void CountError() => _open = _open is null ? null : _open with { RoundsLost = _open.RoundsLost + 1 };

    /// <summary>At <paramref name="at"/> a good answer came to a round whose connection had been lost.</summary>
    public void EndByRetry(TimeSpan at)
    {
        if (_open is not null)
            _signs++;
        End(at);
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
            _down += at - ended.Start;
            _lastEnd = at;
            Ended?.Invoke(at - ended.Start);
        }

        _open = null;
        (_connectionLost, _signs) = (false, 0);
    }
}

/// <summary>From the sending of the first request without an answer in time, or the loss of a connection that a round needed, to the next
/// good answer.</summary>
/// <param name="Start">When it began, from the start of the probe.</param>
/// <param name="NoticedBy">The first sign, in a few lower-case words such as <c>connection closed by peer</c> or <c>timed out</c>.</param>
/// <param name="Duration">How long until a good answer came; null when none has.</param>
/// <param name="RoundsLost">Rounds in it that got no answer, unsent ones included, or only an error.</param>
internal sealed record PingOutage(TimeSpan Start, string NoticedBy, TimeSpan? Duration, long RoundsLost);
