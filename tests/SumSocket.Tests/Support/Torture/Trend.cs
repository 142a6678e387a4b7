using System.Globalization;

namespace SumSocket.Tests;

/// <summary>
/// One figure over the time of a run, and whether it grows. A straight line is laid through the second half, as the first is warm-up, by
/// least squares. Neighbouring samples are alike, which would make the line look surer than it is; so they are averaged in blocks first.
/// </summary>
/// <param name="name">What is measured.</param>
/// <param name="unit">In what unit.</param>
/// <param name="slack">The growth over the second half that is never material, whatever the level.</param>
internal sealed class Trend(string name, string unit, double slack)
{
    private const int Blocks = 20;
    private const int SamplesAtLeast = 6;
    private const double Sure = 4; // standard errors from zero
    private const double Share = 0.05; // of the level

    private readonly List<(double Seconds, double Value)> _samples = [];

    /// <summary>What is measured.</summary>
    public string Name => name;

    /// <summary>How many samples there are.</summary>
    public int Count => _samples.Count;

    /// <summary>The last sample.</summary>
    public double Last => _samples.Count == 0 ? 0 : _samples[^1].Value;

    /// <summary>The slope, in units an hour.</summary>
    public double Slope => Line().Slope * 3600;

    /// <summary>The standard error of the slope, in units an hour.</summary>
    public double Error => Line().Error * 3600;

    /// <summary>The mean of the second half.</summary>
    public double Level => Half().Average(sample => sample.Value);

    /// <summary>By how much the line grows over the second half.</summary>
    public double Growth => Half() is { Length: > 1 } half ? Line().Slope * (half[^1].Seconds - half[0].Seconds) : 0;

    /// <summary>Whether the slope is positive significantly, by more than four standard errors, and materially: over the second half the
    /// figure grows by more than 5 % of its level and by more than the slack.</summary>
    public bool Grows =>
        _samples.Count >= SamplesAtLeast && Line() is var line && line.Slope > Sure * line.Error && Growth > Math.Max(slack, Share * Level);

    /// <summary>Takes one sample.</summary>
    public void Add(double seconds, double value) => _samples.Add((seconds, value));

    /// <inheritdoc/>
    public override string ToString() => _samples.Count < SamplesAtLeast
        ? string.Create(CultureInfo.InvariantCulture, $"{name}: {_samples.Count} samples")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {Level:0.##} {unit}, slope {Slope:+0.###;-0.###;0} +- {Error:0.###} {unit}/h, {Growth:+0.###;-0.###;0} {unit} over " +
            $"the second half{(Grows ? " GROWS" : "")}");

    private (double Seconds, double Value)[] Half() => [.. _samples.Skip(_samples.Count / 2)];

    private (double Slope, double Error) Line()
    {
        (double Seconds, double Value)[] half = Half();
        int each = Math.Max(1, half.Length / Blocks);
        (double X, double Y)[] points =
            [.. half.Chunk(each).Select(block => (block.Average(one => one.Seconds), block.Average(one => one.Value)))];
        if (points.Length < 3)
            return (0, 0);
        double meanX = points.Average(point => point.X), meanY = points.Average(point => point.Y);
        double squares = points.Sum(point => (point.X - meanX) * (point.X - meanX));
        double slope = points.Sum(point => (point.X - meanX) * (point.Y - meanY)) / squares;
        double rest = points.Sum(point => Math.Pow(point.Y - meanY - (slope * (point.X - meanX)), 2));
        return (slope, Math.Sqrt(rest / (points.Length - 2) / squares));
    }
}
