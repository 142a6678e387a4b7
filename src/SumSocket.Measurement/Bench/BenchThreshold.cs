namespace SumSocket.Measurement.Bench;

/// <summary>What a result must not fall short of.</summary>
/// <param name="Text">How the user wrote it: <c>p99&lt;10ms</c>.</param>
/// <param name="Figure">What is looked at.</param>
/// <param name="Percent">Which percentile, with <see cref="BenchFigure.Percentile"/>.</param>
/// <param name="Comparison">How it must stand to the limit: <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</param>
/// <param name="Limit">The limit, in the unit of the figure.</param>
public sealed record BenchThreshold(string Text, BenchFigure Figure, double Percent, string Comparison, double Limit)
{
    /// <summary>Whether it looks at a time.</summary>
    public bool IsTime => Figure is BenchFigure.Percentile or BenchFigure.Min or BenchFigure.Mean or BenchFigure.Max;

    /// <summary>Holds a result against it. A figure that the samples do not support misses: what cannot be shown was not kept.</summary>
    internal ThresholdResult Judge(TimeFigures times, Histogram all, BenchCounts counts, double throughput, long outages)
    {
        double? actual = Figure switch
        {
            BenchFigure.Percentile => all.Percentile(Percent)?.TotalSeconds,
            BenchFigure.Min => times.Min?.TotalSeconds,
            BenchFigure.Mean => times.Mean?.TotalSeconds,
            BenchFigure.Max => times.Max?.TotalSeconds,
            BenchFigure.Throughput => throughput,
            BenchFigure.Errors => counts.Failed,
            BenchFigure.ErrorPercent => counts.Planned == 0 ? null : counts.FailedPercent,
            _ => outages,
        };
        bool isMet = (actual, Comparison) switch
        {
            (null, _) => false,
            ({ } value, "<") => value < Limit,
            ({ } value, "<=") => value <= Limit,
            ({ } value, ">") => value > Limit,
            ({ } value, _) => value >= Limit,
        };
        return new ThresholdResult(this, actual, isMet);
    }
}
