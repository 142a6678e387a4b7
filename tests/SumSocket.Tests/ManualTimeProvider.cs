namespace SumSocket.Tests;

/// <summary>A clock that stands still until a test moves it. Due timers fire inside <see cref="Advance"/>, in order, each at its own time.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private long _now = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => new(DateTime.UnixEpoch.Ticks + GetTimestamp(), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (_gate)
            _timers.Add(timer);
        return timer;
    }

    /// <summary>Moves time on by <paramref name="span"/>, stopping at each timer on the way.</summary>
    public void Advance(TimeSpan span)
    {
        long end = GetTimestamp() + span.Ticks;
        while (NextDue(end) is { } timer)
        {
            Volatile.Write(ref _now, Math.Max(_now, timer.Due));
            timer.Fire();
        }

        Volatile.Write(ref _now, Math.Max(_now, end)); // a timer may have moved it further
    }

    /// <summary>Moves time on without stopping: what timers see when the process was suspended.</summary>
    public void Jump(TimeSpan span)
    {
        Volatile.Write(ref _now, GetTimestamp() + span.Ticks);
        Advance(TimeSpan.Zero);
    }

    private ManualTimer? NextDue(long end)
    {
        lock (_gate)
            return _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private long _period;

        public long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock.GetTimestamp() + dueTime.Ticks;
            _period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
            return true;
        }

        /// <summary>Fires once; periods that were missed meanwhile are missed, as with the system's timers.</summary>
        public void Fire()
        {
            Due = _period == 0 ? long.MaxValue : Math.Max(Due + _period, clock.GetTimestamp() + 1);
            callback(state);
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
