namespace SumSocket.Server.Udp;

/// <summary>Notices that a counter has stood still. It looks now and then, so that counting costs nothing.</summary>
internal sealed class IdleWatch : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly Func<long> _count;
    private readonly Action _idle;
    private readonly TimeProvider _time;
    private readonly ITimer? _timer;
    private long _lastCount;
    private long _lastChange;

    /// <summary>Watches until disposed, or until it has seen an idle span.</summary>
    /// <param name="timeout">How long the counter must stand still; <see cref="Timeout.InfiniteTimeSpan"/> for never.</param>
    /// <param name="count">The counter.</param>
    /// <param name="idle">Called once, up to a twentieth of the span late.</param>
    /// <param name="time">The clock.</param>
    public IdleWatch(TimeSpan timeout, Func<long> count, Action idle, TimeProvider time)
    {
        _timeout = timeout;
        _count = count;
        _idle = idle;
        _time = time;
        _lastChange = time.GetTimestamp();
        if (timeout == Timeout.InfiniteTimeSpan)
            return;
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds / 20, 1, 1000));
        _timer = time.CreateTimer(static watch => ((IdleWatch)watch!).Look(), this, period, period);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        long count = _count();
        long now = _time.GetTimestamp();
        if (count != _lastCount)
        {
            (_lastCount, _lastChange) = (count, now);
            return;
        }

        if (_time.GetElapsedTime(_lastChange, now) < _timeout)
            return;
        Dispose();
        _idle();
    }
}
