using FluentAssertions;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Measurement.Statistics;

public class RankSumTests
{
    // The second is the example of scipy.stats.mannwhitneyu, which gives 0.11134688653314041 with method="asymptotic".
    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 5, 6, 7, 8 }, 0.030383)]
    [InlineData(new double[] { 19, 22, 16, 29, 24 }, new double[] { 20, 11, 17, 12 }, 0.111347)]
    [InlineData(new double[] { 1, 1, 2, 2 }, new double[] { 2, 2, 3, 3 }, 0.086359)] // ties
    [InlineData(new double[] { 5, 5, 5 }, new double[] { 5, 5, 5, 5 }, 1)]
    [InlineData(new double[] { 1, 4 }, new double[] { 2, 3 }, 1)]
    [InlineData(new double[0], new double[] { 2, 3 }, 1)]
    public void Says_how_likely_it_is_by_chance(double[] one, double[] other, double expected)
    {
        RankSum.Probability(one, other).Should().BeApproximately(expected, 2e-6);
        RankSum.Probability(other, one).Should().BeApproximately(expected, 2e-6);
    }

    [Fact]
    public void Finds_a_difference_in_as_few_values_as_it_says_and_in_no_fewer()
    {
        static double[] Values(int count, int from) => [.. Enumerable.Range(from, count).Select(value => (double)value)];

        RankSum.Probability(Values(RankSum.LeastValues, 0), Values(RankSum.LeastValues, 10)).Should().BeLessThan(0.05);
        RankSum.Probability(Values(RankSum.LeastValues - 1, 0), Values(RankSum.LeastValues - 1, 10)).Should().BeGreaterThan(0.05);
    }

    [Fact]
    public void Of_one_and_the_same_thing_it_finds_a_difference_in_one_of_twenty()
    {
        Random random = new(1);
        double[] Sample() => [.. Enumerable.Range(0, 10).Select(_ => random.NextDouble())];

        Enumerable.Range(0, 2_000).Count(_ => RankSum.Probability(Sample(), Sample()) < 0.05).Should().BeInRange(60, 120);
    }
}
