namespace SumSocket.Measurement.Bench;

/// <summary>Combines the troubles of single connections to outages: one begins with the first connection in trouble and ends when none is
/// left. For any thread; it is used only when something goes wrong, or right again.</summary>
internal sealed class OutageTable
{
    /// <summary>How many outages are kept, the first ones: a server that limits lifetimes causes very many.</summary>
    public const int Kept = 100;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _inTrouble = [];
    private readonly HashSet<int> _affected = [];
    private readonly List<BenchOutage> _ended = [];
    private BenchOutage? _open;
    private long _count;
    private long _begun;

    /// <summary>Called with how long each outage lasted, when it has ended. Under the lock.</summary>
    public Action<TimeSpan>? Ended { get; init; }

    /// <summary>How many have begun, those before the measured time included.</summary>
    public long Begun => Volatile.Read(ref _begun);

    /// <summary>How many there are so far, without those that were over before the measured time.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
                return _count + (_open is null ? 0 : 1);
        }
    }

    /// <summary>When the measured time begins, set before the loops start. Outages that are over by then are left out.</summary>
    public TimeSpan MeasuredFrom { get; set; } = TimeSpan.MinValue;

    /// <summary>A connection is in trouble since <paramref name="at"/>, as a sign shows: a few lower-case words.</summary>
    public void Begin(int connection, TimeSpan at, string sign)
    {
        lock (_lock)
        {
            if (_open is null)
                _begun++;
            _open ??= new BenchOutage(at, sign, null, null, 0, 0);
            _inTrouble.Add(connection);
            _affected.Add(connection);
        }
    }

    /// <summary>A measured request was lost: without an answer, or with one that only says that the connection is closed.</summary>
    public void Lose()
    {
        lock (_lock)
            _open = _open is null ? null : _open with { Lost = _open.Lost + 1 };
    }

    /// <summary>A connection in trouble has given a good answer.</summary>
    public void End(int connection, TimeSpan at)
    {
        lock (_lock)
        {
            if (_open is null || !_inTrouble.Remove(connection))
                return;
            _open = _open with { FirstAnswer = _open.FirstAnswer ?? at - _open.Start };
            if (_inTrouble.Count == 0)
                Finish(_open with { Duration = at - _open.Start }, isKept: at > MeasuredFrom);
        }
    }

    /// <summary>How many outages there were, and the first of them, from <paramref name="origin"/>. An open one has no end.</summary>
    public (long Count, IReadOnlyList<BenchOutage> First) Close(TimeSpan origin)
    {
        lock (_lock)
        {
            if (_open is not null)
                Finish(_open, isKept: true);
            return (_count, [.. _ended.Select(outage => outage with { Start = outage.Start - origin })]);
        }
    }

    private void Finish(BenchOutage outage, bool isKept)
    {
        if (isKept && ++_count <= Kept)
            _ended.Add(outage with { Connections = _affected.Count });
        if (outage.Duration is { } duration)
            Ended?.Invoke(duration);
        _open = null;
        _affected.Clear();
        _inTrouble.Clear();
    }
}

/// <summary>A time in which a connection was lost or no answer came.</summary>
/// <param name="Start">When that was noticed, from the start of the measured time; negative before it.</param>
/// <param name="NoticedBy">The first sign, in a few lower-case words such as <c>connection closed by peer</c>.</param>
/// <param name="FirstAnswer">How long until the first good answer on one of these connections; null when there was none.</param>
/// <param name="Duration">How long until all of these connections had answered again; null when one had not.</param>
/// <param name="Connections">How many connections it affected.</param>
/// <param name="Lost">Measured requests that meanwhile got no answer, or only a closing error (<c>busy</c>, <c>timeout</c>).</param>
internal sealed record BenchOutage(TimeSpan Start, string NoticedBy, TimeSpan? FirstAnswer, TimeSpan? Duration, int Connections, long Lost)
{
    /// <summary>The name of the result that it is from; null in that of one bench.</summary>
    public string? Source { get; init; }
}
