namespace SumSocket.Client.Tcp;

/// <summary>
/// The clock and the one timer behind all deadlines of a client. Deadlines are data; the timer looks at the earliest when it is due and at least
/// once a second, and rests while nothing is pending.
/// </summary>
/// <remarks>
/// The second is there to notice that the process itself stood still (stopped, or its machine suspended): then every deadline looks expired though
/// the answers are already in the kernel. <see cref="Now"/> stands still with the process, to within the slack.
/// </remarks>
internal sealed class DeadlineSweeper : IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(2); // a busy machine is late, too

    private readonly TimeProvider _time;
    private readonly ITimer? _timer;
    private readonly long _timeout;
    private long _dueAt;
    private long _stoodStill;
    private bool _isArmed;

    /// <param name="time">Where time comes from.</param>
    /// <param name="timeout">How long a request has; without a limit nothing is ever swept.</param>
    /// <param name="sweep">Looks at the deadlines; called on a timer thread.</param>
    public DeadlineSweeper(TimeProvider time, TimeSpan timeout, Action sweep)
    {
        _time = time;
        _timeout = timeout == Timeout.InfiniteTimeSpan ? 0 : ToTimestamp(timeout);
        if (_timeout == 0)
            return;
        bool flows = !ExecutionContext.IsFlowSuppressed();
        if (flows)
            ExecutionContext.SuppressFlow(); // the timer must not keep alive what whoever makes the client has in his context
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

    /// <summary>The timestamp now, less what the process stood still.</summary>
    public long Now => _time.GetTimestamp() - Volatile.Read(ref _stoodStill);

    /// <summary>The deadline of a request made now.</summary>
    public long NextDeadline() => _timeout == 0 ? long.MaxValue : Now + _timeout;

    /// <summary>Something is pending: starts the timer unless it runs. Under the gate.</summary>
    public void Arm()
    {
        if (!_isArmed && _timer is not null)
            Arm(_time.GetTimestamp(), _timeout);
    }

    /// <summary>The timer fired: finds out whether it fired in time. Under the gate.</summary>
    /// <returns><see cref="Now"/>.</returns>
    public long Begin()
    {
        long late = _time.GetTimestamp() - _dueAt;
        if (_isArmed && late > ToTimestamp(_slack))
            Volatile.Write(ref _stoodStill, _stoodStill + late);
        _isArmed = false;
        return Now;
    }

    /// <summary>Starts the timer again for the earliest deadline there is, if there is one. Under the gate.</summary>
    /// <param name="now">What <see cref="Begin"/> returned.</param>
    /// <param name="earliest">The earliest deadline; <see cref="long.MaxValue"/> for none.</param>
    public void End(long now, long earliest)
    {
        if (earliest != long.MaxValue)
            Arm(_time.GetTimestamp(), earliest - now);
    }

    public void Dispose() => _timer?.Dispose();

    private void Arm(long timestamp, long wait)
    {
        TimeSpan due = _time.GetElapsedTime(0, wait);
        due = due < _period ? TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds)) : _period; // timers count whole milliseconds
        _isArmed = true;
        _dueAt = timestamp + ToTimestamp(due);
        _timer!.Change(due, Timeout.InfiniteTimeSpan);
    }

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
