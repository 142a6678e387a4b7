namespace SumSocket.Reports.Page;

/// <summary>Explanations for those who see such figures for the first time; docs/measuring.md says more.</summary>
internal static class ReportTexts
{
    public static readonly string[] Time =
    [
        "All charts here share one time axis, which begins after ramp-up and warm-up. A request counts in the interval in which it "
        + "ended, whether well or not; the last interval also holds what was still awaited at the end. Shaded: times in which some "
        + "connection was gone or no server answered.",
        "A line has a gap where too few requests ended to support the figure. p99 is the time that 99 % of the requests of that "
        + "interval did not exceed. Latencies are on a logarithmic scale: each further line of the grid is a multiple, not a sum. A bar "
        + "of failures is never drawn thinner than can be seen.",
    ];

    public static readonly string[] Curve =
    [
        "Read it from below: at 99 % the curve is as high as the time that 99 % of all requests did not exceed. Each further nine has "
        + "the same width, because the rare long waits are what users remember. It ends at the longest.",
        "On a schedule (open loop) there are two curves. Corrected counts from when a request was due, so it holds the wait of those "
        + "that could not be sent while the server was busy or gone. Uncorrected counts from when it was sent, and looks away just then. "
        + "Where both are far apart, the server was too slow for the rate, or stood still.",
    ];

    public static readonly string[] Outcomes =
    [
        "Every request that was planned has exactly one outcome, so these add up. What was sent counts among the times with the time "
        + "it waited, whatever became of it: a request that timed out does not disappear from them. What was refused or not sent at once "
        + "has no time and is only seen here; on a schedule, one that waited before counts from when it was due.",
    ];

    public static readonly string[] Path =
    [
        "As many connections made as asked for is perfect: each more was lost and made again, unless each was to carry only so many "
        + "requests. The figures of the connections are what "
        + "the kernel (TCP_INFO, on Linux) or the client (over UDP) told at the end, over the connections that were still there: the "
        + "least, the middle one, the greatest.",
    ];
}
