namespace SumSocket.Server.Tcp;

/// <summary>The one timer of a server: it checks the deadlines of all connections. A timer or a cancellation token per receive would cost
/// more than the receive's share of the codec.</summary>
internal sealed class DeadlineTimer : IDisposable
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(500);

    /// <summary>After a suspension another may follow soon: sweeps are so near for a while that little of it can count as time.</summary>
    private static readonly TimeSpan _near = TimeSpan.FromMilliseconds(50);

    private const int NearSweeps = 20;

    private readonly ConnectionRegistry _connections;
    private readonly SuspendAwareClock _clock;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly Lock _sweeping = new();
    private int _nearSweeps; // still to come

    /// <summary>Starts to sweep.</summary>
    public DeadlineTimer(
        ConnectionRegistry connections, SuspendAwareClock clock, TimeProvider time, SumTcpServerOptions options, ILogger log)
    {
        _connections = connections;
        _clock = clock;
        _log = log;
        Period = PeriodFor(options);
        _timer = time.CreateTimer(
            static state => ((DeadlineTimer)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        SweepEvery(Period);
    }

    /// <summary>How far apart sweeps are, which is how late a deadline may be noticed.</summary>
    public TimeSpan Period { get; }

    /// <summary>Checks every connection's deadlines now.</summary>
    public void Sweep()
    {
        if (!_sweeping.TryEnter())
            return; // the timer has caught up with a slow sweep
        try
        {
            Tick();
            long now = _clock.LastTick;
            foreach (SumTcpConnection connection in _connections.All)
                Check(connection, now);
        }
        finally
        {
            _sweeping.Exit();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        if (_clock.Tick() && Period > _near)
        {
            if (_nearSweeps == 0)
                SweepEvery(_near);
            _nearSweeps = NearSweeps;
        }
        else if (_nearSweeps > 0 && --_nearSweeps == 0)
        {
            SweepEvery(Period);
        }
    }

    private void SweepEvery(TimeSpan period)
    {
        _clock.Expect(period);
        _timer.Change(period, period);
    }

    private void Check(SumTcpConnection connection, long now)
    {
        try
        {
            connection.CheckDeadlines(now);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection ended while it was looked at; its loop knows why.
        }
        catch (Exception e)
        {
            SumTcpServerLog.SweepFailed(_log, e); // and the other connections keep their deadlines
        }
    }

    /// <summary>A twentieth of the shortest time-out, so that no deadline is noticed more than 5 % late, between 5 and 500 ms.</summary>
    private static TimeSpan PeriodFor(SumTcpServerOptions options)
    {
        long ticks = long.MaxValue;
        TimeSpan handshake = options.Tls?.HandshakeTimeout ?? Timeout.InfiniteTimeSpan;
        TimeSpan proxy = options.Proxy?.HeaderTimeout ?? Timeout.InfiniteTimeSpan;
        foreach (TimeSpan span in (ReadOnlySpan<TimeSpan>)
            [options.ReadTimeout, options.WriteTimeout, options.MaxLifetime, options.DrainSpread, handshake, proxy])
        {
            if (span > TimeSpan.Zero) // infinite is negative
                ticks = Math.Min(ticks, span.Ticks);
        }

        var shortest = TimeSpan.FromTicks(ticks / 20);
        return shortest < _shortest ? _shortest : shortest > _longest ? _longest : shortest;
    }
}
