using SumSocket.Measurement.Bench;

namespace SumSocket.Commands.Reports.Page;

/// <summary>
/// A series as charts draw it. An interval may be cut short, by the clock, an interruption or the end; one of a few milliseconds has too few answers for a
/// percentile and a rate that is a quotient of two small numbers. It is drawn as part of its neighbour, so nothing of it is lost but the spike it is not.
/// </summary>
internal static class DrawnSeries
{
    private const double LeastPart = 0.1;

    /// <summary>The intervals, those shorter than a tenth of what was asked for put together with the one before, the first with the one after.</summary>
    public static IReadOnlyList<BenchInterval> Of(BenchResult result)
    {
        List<BenchInterval> drawn = [];
        foreach (BenchInterval interval in result.Series)
        {
            if (drawn.Count > 0 && (IsShort(interval, result) || IsShort(drawn[^1], result)))
                drawn[^1] = Join(drawn[^1], interval);
            else
                drawn.Add(interval);
        }

        return drawn;
    }

    private static bool IsShort(BenchInterval interval, BenchResult result) => interval.End - interval.Start < result.Options.Interval * LeastPart;

    /// <summary>Both as one. Percentiles cannot be joined; those of the one with more samples stand for both.</summary>
    private static BenchInterval Join(BenchInterval one, BenchInterval next)
    {
        BenchInterval greater = next.Count > one.Count ? next : one;
        return greater with
        {
            Start = one.Start,
            End = next.End,
            Counts = one.Counts.Plus(next.Counts),
            Count = one.Count + next.Count,
            Mean = one.Mean is null || next.Mean is null ? greater.Mean : (one.Mean * one.Count + next.Mean * next.Count) / (one.Count + next.Count),
            Max = one.Max > next.Max || next.Max is null ? one.Max : next.Max,
        };
    }
}
