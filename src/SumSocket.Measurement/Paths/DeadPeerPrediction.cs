using SumSocket.Sockets;

namespace SumSocket.Measurement.Paths;

/// <summary>When Linux notices that a peer is gone from which nothing comes any more, computed from what a socket really has set. It holds
/// for silence in both directions.</summary>
/// <param name="Idle">After the last segment came, with nothing in flight; null for never.</param>
/// <param name="InFlight">After bytes were sent that stay unacknowledged.</param>
internal sealed record DeadPeerPrediction(TimeSpan? Idle, TimeSpan InFlight)
{
    private static readonly TimeSpan _shortestRto = TimeSpan.FromMilliseconds(200);  // TCP_RTO_MIN, net/tcp.h
    private static readonly TimeSpan _longestRto = TimeSpan.FromSeconds(120);        // TCP_RTO_MAX

    /// <summary>The longest time: the peer goes just before something is sent that it would have been noticed by, and the time in flight
    /// begins anew. Null for never.</summary>
    public TimeSpan? Worst => Idle + InFlight;

    /// <summary>Predicts.</summary>
    /// <param name="options">What the kernel has set.</param>
    /// <param name="rto">The retransmission time-out of the connection.</param>
    public static DeadPeerPrediction Of(EffectiveOptions options, TimeSpan rto)
    {
        TimeSpan userTimeout = options.Settings.UserTimeout ?? TimeSpan.Zero;
        return new DeadPeerPrediction(
            IdleTime(options.Settings.KeepAlive, userTimeout),
            InFlightTime(userTimeout, Longer(rto, _shortestRto), options.Retries, options.LongestRetransmitTimeout ?? _longestRto));
    }

    /// <summary>Without a user time-out the probes are counted. With one their number does not matter: each time a probe is due the silence
    /// is compared with it, from the second on (tcp_keepalive_timer in net/ipv4/tcp_timer.c).</summary>
    /// <param name="keepAlive">Null for none: then nothing is ever noticed, whatever the user time-out.</param>
    /// <param name="userTimeout">Zero for none.</param>
    public static TimeSpan? IdleTime(KeepAlive? keepAlive, TimeSpan userTimeout)
    {
        if (keepAlive is null)
            return null;
        if (userTimeout == TimeSpan.Zero)
            return keepAlive.Idle + keepAlive.Probes * keepAlive.Interval;
        long intervals = (long)Math.Ceiling((userTimeout - keepAlive.Idle) / keepAlive.Interval);
        return keepAlive.Idle + Math.Max(1, intervals) * keepAlive.Interval;
    }

    /// <summary>Keep-alive does not run while bytes are in flight.</summary>
    /// <param name="userTimeout">Zero for none: then retransmissions are counted, as time (tcp_model_timeout).</param>
    /// <param name="rto">The retransmission time-out: the time is looked at when it fires.</param>
    /// <param name="retries">How often a segment is sent again (tcp_retries2).</param>
    /// <param name="longestRto">The longest pause between two.</param>
    public static TimeSpan InFlightTime(TimeSpan userTimeout, TimeSpan rto, int retries, TimeSpan longestRto)
    {
        if (userTimeout != TimeSpan.Zero)
            return userTimeout + 2 * rto;
        int doublings = Math.Min(retries, (int)Math.Log2(longestRto / _shortestRto));
        return (Math.Pow(2, doublings + 1) - 1) * _shortestRto + (retries - doublings) * longestRto + 2 * rto;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
