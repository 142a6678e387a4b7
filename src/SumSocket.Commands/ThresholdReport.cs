using SumSocket.Measurement.Statistics;

namespace SumSocket.Commands;

/// <summary>What the commands say of thresholds.</summary>
internal static class ThresholdReport
{
    /// <summary>Refuses a percentile that the run cannot have enough samples for, before it begins.</summary>
    /// <param name="thresholds">What the user asked for.</param>
    /// <param name="most">How many samples there are at most; null where that is not known.</param>
    /// <exception cref="CommandFailedException">It says which percentile there are enough for.</exception>
    public static void ThrowIfFewSamples(IEnumerable<Threshold> thresholds, long? most)
    {
        if (most is not { } samples || thresholds.FirstOrDefault(one => one.SamplesNeeded > samples) is not { } refused)
            return;
        string limit = refused.Text[refused.Text.IndexOfAny(['<', '>'])..];
        string instead = samples > 1 ? $"{Figures.Percentile(HighestPercentile(samples))}{limit} or max{limit}" : $"max{limit}";
        throw new CommandFailedException(ExitCode.Usage, Figures.Invariant(
            $"--threshold: {refused.Text} takes {refused.SamplesNeeded} samples, and this run has at most {samples}: ")
            + $"make it longer, or give {instead} (see --help)");
    }

    /// <summary>How one was kept, for a result in text: <c>✓ p99&lt;10ms (4.245 ms)</c>.</summary>
    public static string Line(ThresholdResult result, long samples) =>
        $"{(result.IsMet ? '✓' : '✗')} {result.Threshold.Text} ({Actual(result, samples)})";

    /// <summary>A line for each that was not kept, in words for stderr.</summary>
    public static IEnumerable<string> Missed(IEnumerable<ThresholdResult> results, long samples) =>
        results.Where(result => !result.IsMet).Select(result => Missed(result.Threshold.Text, Actual(result, samples)));

    /// <summary>The same for one of any command.</summary>
    public static string Missed(string threshold, string actual) => $"threshold missed: {threshold} ({actual})";

    private static string Actual(ThresholdResult result, long samples) => (result.Actual, result.Threshold) switch
    {
        (null, { SamplesNeeded: var needed }) => needed > samples
            ? Figures.Invariant($"not judged: it takes {TextFigures.Count(needed, "sample")}, and there are {samples}")
            : "not judged: it is not known",
        ({ } value, { IsTime: true }) => Figures.Invariant($"{1000 * value:0.000#} ms"), // all of it
        ({ } value, { IsPercent: true }) => TextFigures.Percent(value),
        ({ } value, { Figure: ThresholdMetric.Throughput }) => Figures.Invariant($"{value:0.0}/s"),
        ({ } value, _) => Figures.Invariant($"{value:0}"),
    };

    /// <summary>The highest one that so many samples are enough for, with few digits.</summary>
    private static double HighestPercentile(long samples)
    {
        int digits = Math.Clamp((int)Math.Ceiling(Math.Log10(samples)) - 2, 0, 6);
        decimal scale = (decimal)Math.Pow(10, digits);
        return (double)(Math.Floor((100m - 100m / samples) * scale) / scale);
    }
}
