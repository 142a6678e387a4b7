namespace SumSocket.Measurement.Ping;

/// <summary>How well a ping went.</summary>
/// <param name="Rounds">Rounds begun: sent or not.</param>
/// <param name="Answered">Rounds with the right sum.</param>
/// <param name="Lost">Rounds sent, as far as is known, that got no answer; those still without one at the end, or now, count when none can
/// be expected any more.</param>
/// <param name="Errors">Rounds answered with an error.</param>
/// <param name="Wrong">Rounds answered with a wrong sum, or with <c>overflow</c> where there is none.</param>
/// <param name="NotSent">Rounds that found no connection.</param>
/// <param name="UnderWay">Rounds without an answer yet when the probe was ended, or now while it runs, which counts as neither answered nor
/// lost.</param>
/// <param name="Min">The shortest time to a right sum; null, as for all the times, when there are too few to say.</param>
/// <param name="Mean">The mean time to a right sum.</param>
/// <param name="P50">The time that half of the right sums did not exceed.</param>
/// <param name="P99">The time that 99 % of the right sums did not exceed.</param>
/// <param name="Max">The longest time to a right sum.</param>
/// <param name="StandardDeviation">The sample standard deviation of the times to a right sum.</param>
/// <param name="Jitter">How much successive times to a right sum differ; see <see cref="Statistics.Jitter"/>.</param>
/// <param name="Connections">Connections made; 1 is perfect.</param>
/// <param name="Outages">Times without answers there were.</param>
/// <param name="RecentOutages">The last of them, in order; at most <see cref="OutageLog.Kept"/>.</param>
public sealed record PingSummary(
    long Rounds, long Answered, long Lost, long Errors, long Wrong, long NotSent, long UnderWay,
    TimeSpan? Min, TimeSpan? Mean, TimeSpan? P50, TimeSpan? P99, TimeSpan? Max, TimeSpan? StandardDeviation, TimeSpan? Jitter,
    int Connections, long Outages, IReadOnlyList<PingOutage> RecentOutages)
{
    /// <summary>Rounds whose request went out, as far as is known: <see cref="Answered"/>, <see cref="Lost"/>, <see cref="Errors"/>,
    /// <see cref="Wrong"/> and <see cref="UnderWay"/> together.</summary>
    public long Sent => Rounds - NotSent;

    /// <summary>Rounds that ended without the right sum.</summary>
    public long Missing => Rounds - UnderWay - Answered;
}
