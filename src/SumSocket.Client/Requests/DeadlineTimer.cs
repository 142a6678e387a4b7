namespace SumSocket.Client.Requests;

/// <summary>The clock and the one timer behind all deadlines of a client. Deadlines are data. The timer checks the earliest when it is due,
/// and at least once a second; it rests while nothing is pending. Repeats work the same way.</summary>
/// <remarks>The second is there to notice that the process itself stood still (stopped, or its machine suspended): then every deadline
/// looks expired though the answers are already in the kernel. <see cref="Now"/> stands still with the process, to within the slack, for
/// the thread that wakes up first.</remarks>
internal sealed class DeadlineTimer : IDisposable
{
    private const long NotArmed = long.MaxValue;

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(2); // a busy machine is late, too

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly long _timeout;
    private long _dueAt = NotArmed;
    private long _stoodStill;

    /// <param name="time">Where time comes from.</param>
    /// <param name="timeout">How long a request has; without a limit it has no deadline.</param>
    /// <param name="sweep">Looks at the deadlines; called on a timer thread.</param>
    public DeadlineTimer(TimeProvider time, TimeSpan timeout, Action sweep)
    {
        _time = time;
        _timeout = timeout == Timeout.InfiniteTimeSpan ? 0 : ToTimestamp(timeout);
        bool flows = !ExecutionContext.IsFlowSuppressed();
        if (flows)
            ExecutionContext.SuppressFlow(); // the timer must not keep alive what the caller has in its context
        try
        {
            _timer = time.CreateTimer(static state => ((Action)state!)(), sweep, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            if (flows)
                ExecutionContext.RestoreFlow();
        }
    }

    /// <summary>The timestamp now, less what the process stood still. Under the lock.</summary>
    public long Now
    {
        get
        {
            long now = _time.GetTimestamp();
            return now - _stoodStill - StoodStillUntil(now);
        }
    }

    /// <summary>The deadline of a request made now. Under the lock.</summary>
    public long NextDeadline() => _timeout == 0 ? long.MaxValue : Now + _timeout;

    /// <summary>How long a span is on this clock.</summary>
    public long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>Something is pending: makes the timer look at it in time. Under the lock.</summary>
    /// <param name="due">When, on the clock of <see cref="Now"/>; <see cref="long.MaxValue"/> for never.</param>
    public void Arm(long due)
    {
        if (due == long.MaxValue || due + _stoodStill >= _dueAt)
            return;
        long timestamp = _time.GetTimestamp();
        Start(timestamp, due + _stoodStill - timestamp);
    }

    /// <summary>The timer fired: finds out whether it fired in time. Under the lock.</summary>
    /// <returns><see cref="Now"/>.</returns>
    public long Begin()
    {
        long now = _time.GetTimestamp();
        _stoodStill += StoodStillUntil(now);
        _dueAt = NotArmed;
        return now - _stoodStill;
    }

    /// <summary>Starts the timer again for the earliest deadline there is, if there is one. Under the lock.</summary>
    /// <param name="now">What <see cref="Begin"/> returned.</param>
    /// <param name="earliest">The earliest deadline; <see cref="long.MaxValue"/> for none.</param>
    public void End(long now, long earliest)
    {
        if (earliest != long.MaxValue)
            Start(_time.GetTimestamp(), earliest - now);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>How long the timer has been overdue, if that is longer than it takes on a machine that runs.</summary>
    private long StoodStillUntil(long now)
    {
        long late = now - _dueAt;
        return late > ToTimestamp(_slack) ? late : 0;
    }

    private void Start(long timestamp, long wait)
    {
        TimeSpan due = _time.GetElapsedTime(0, Math.Max(0, wait));
        due = due < _period ? TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds)) : _period; // timers count whole milliseconds
        _dueAt = timestamp + ToTimestamp(due);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>The system's clock as it stood at the kernel's last tick, 1 to 10 ms ago: so much can a deadline be early. It is read for each
/// request, and takes 8 ns where the exact one takes 27, which is 5 % of a pipelined sum.</summary>
internal sealed class CoarseClock : TimeProvider
{
    private CoarseClock()
    {
    }

    public static CoarseClock Instance { get; } = new();

    /// <summary>The exact clock beside <paramref name="time"/>: the system's for this one, else the same.</summary>
    public static TimeProvider ExactFor(TimeProvider time) => time == Instance ? System : time;

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => Environment.TickCount64;
}
