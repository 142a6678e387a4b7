namespace SumSocket.Measurement.Bench;

/// <summary>Puts the troubles of single connections together to outages: one begins with the first connection in trouble and ends when none
/// is left. For any thread; it is looked at only when something goes wrong, or right again.</summary>
internal sealed class OutageTable
{
    /// <summary>How many outages are kept, the first ones: a run in which a server closes each connection after its time has very
    /// many.</summary>
    public const int Kept = 100;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _inTrouble = [];
    private readonly HashSet<int> _concerned = [];
    private readonly List<BenchOutage> _ended = [];
    private BenchOutage? _open;
    private long _count;
    private TimeSpan _measuredFrom = TimeSpan.MinValue;

    /// <summary>When the measured time begins. An outage that is over by then is of the warm-up, and left out.</summary>
    public TimeSpan MeasuredFrom
    {
        set
        {
            lock (_lock)
                _measuredFrom = value;
        }
    }

    /// <summary>A connection is in trouble.</summary>
    /// <param name="connection">Which.</param>
    /// <param name="at">Since when, on the clock of the bench.</param>
    /// <param name="sign">What was noticed, in a few lower-case words.</param>
    public void Begin(int connection, TimeSpan at, string sign)
    {
        lock (_lock)
        {
            if (_open is null)
            {
                _open = new BenchOutage(at, sign, null, null, 0, 0);
                _count++;
            }

            _inTrouble.Add(connection);
            _concerned.Add(connection);
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
            if (_inTrouble.Count > 0)
                return;
            if (at <= _measuredFrom)
                Forget();
            else
                Keep(_open with { Duration = at - _open.Start });
            _open = null;
        }
    }

    /// <summary>How many there were and the first of them, times counted from <paramref name="origin"/>. What is open then has no
    /// end.</summary>
    public (long Count, IReadOnlyList<BenchOutage> First) Close(TimeSpan origin)
    {
        lock (_lock)
        {
            if (_open is not null)
                Keep(_open);
            _open = null;
            return (_count, [.. _ended.Select(outage => outage with { Start = outage.Start - origin })]);
        }
    }

    private void Keep(BenchOutage outage)
    {
        if (_ended.Count < Kept)
            _ended.Add(outage with { Connections = _concerned.Count });
        _concerned.Clear();
        _inTrouble.Clear();
    }

    private void Forget()
    {
        _count--;
        _concerned.Clear();
    }
}

/// <summary>A time in which some connection was gone or no answer came.</summary>
/// <param name="Start">When that was noticed, from the start of the measured time; negative before it.</param>
/// <param name="NoticedBy">The first sign, in a few lower-case words such as <c>connection closed by peer</c>.</param>
/// <param name="FirstAnswer">How long until the first good answer on one of these connections; null when there was none.</param>
/// <param name="Duration">How long until all of these connections had answered again; null when one had not.</param>
/// <param name="Connections">How many connections were concerned.</param>
/// <param name="Lost">Measured requests that meanwhile got no answer, or only what the server says as it closes a connection (<c>busy</c>,
/// <c>timeout</c>).</param>
public sealed record BenchOutage(TimeSpan Start, string NoticedBy, TimeSpan? FirstAnswer, TimeSpan? Duration, int Connections, long Lost);
