using FluentAssertions;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Measurement.Statistics;

public class RunningMomentsTests
{
    [Fact]
    public void Agrees_with_two_passes_where_the_sum_of_squares_would_fail()
    {
        Random random = new(1);
        double[] values = [.. Enumerable.Range(0, 1_000).Select(_ => 1e9 + random.NextDouble())];
        RunningMoments moments = new();
        foreach (double value in values)
            moments.Add(value);

        double mean = values.Average(value => value - 1e9) + 1e9;
        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        moments.Mean.Should().BeApproximately(mean, 1e-6);
        moments.StandardDeviation.Should().BeApproximately(deviation, 1e-6);
    }

    [Fact]
    public void Merges_into_what_one_would_have_seen()
    {
        RunningMoments whole = new();
        RunningMoments[] parts = [new(), new(), new()];
        for (int i = 0; i < 100; i++)
        {
            whole.Add(i * i);
            parts[i < 10 ? 0 : 1].Add(i * i);
        }

        RunningMoments merged = new();
        foreach (RunningMoments part in parts)
            merged.Merge(part);

        merged.Count.Should().Be(100);
        merged.Mean.Should().BeApproximately(whole.Mean, 1e-9);
        merged.StandardDeviation.Should().BeApproximately(whole.StandardDeviation!.Value, 1e-9);
    }

    [Fact]
    public void Has_no_deviation_of_one()
    {
        RunningMoments moments = new();
        moments.Add(3);

        moments.Mean.Should().Be(3);
        moments.StandardDeviation.Should().BeNull();
    }
}
