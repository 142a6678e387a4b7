namespace SumSocket.Client.Udp;

/// <summary>When a request that was sent is looked at again.</summary>
/// <param name="options">Whether and when requests are repeated.</param>
/// <param name="clock">The clock that instants are on.</param>
/// <param name="random">Where the jitter comes from; used under the gate.</param>
internal sealed class RepeatSchedule(SumUdpClientOptions options, DeadlineTimer clock, Random random)
{
    /// <summary>When a request sent now is to be sent again or, if that is sooner, to end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tries">How often it was sent, from 1.</param>
    /// <param name="now">When the last time was.</param>
    public long NextDue(PendingSum request, int tries, long now) => options.Repeat
        ? Math.Min(request.Deadline, now + clock.ToTimestamp(Interval(tries, options.RepeatAfter, options.MaxRepeatInterval, random.NextDouble())))
        : request.Deadline;

    /// <summary>
    /// Doubling from a first interval to a longest one, and up to half as much on top, so that requests lost together are not repeated
    /// together. Never less than the interval: unlike a pause after a failure, it must not end before the answer can have come.
    /// </summary>
    /// <param name="tries">How often the request was sent, from 1.</param>
    /// <param name="first">The interval after the first time, before jitter.</param>
    /// <param name="max">The longest, before jitter.</param>
    /// <param name="random">A number from 0 to 1: how much of the half is added.</param>
    internal static TimeSpan Interval(int tries, TimeSpan first, TimeSpan max, double random) =>
        BackOff.Delay(tries, first, max, random: 1) * (1 + random / 2);
}
