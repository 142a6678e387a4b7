namespace SumSocket.Measurement.Statistics;

/// <summary>The rank-sum test of Mann and Whitney (1947): whether the values of one sample tend to be greater than those of another. It
/// supposes nothing of how they are distributed, so a few outliers do not decide.</summary>
internal static class RankSum
{
    /// <summary>With fewer values in each sample no difference can be found at 5 %.</summary>
    public const int LeastValues = 4;

    /// <summary>The probability that samples of one and the same thing are at least as far apart as these, 0 to 1. By the normal
    /// approximation, corrected for ties and continuity.</summary>
    public static double Probability(IReadOnlyList<double> one, IReadOnlyList<double> other)
    {
        double pairs = (double)one.Count * other.Count, all = one.Count + other.Count;
        double wins = one.Sum(value => other.Sum(against => value > against ? 1 : value == against ? 0.5 : 0)); // Mann and Whitney's U
        double ties = one.Concat(other).GroupBy(value => value).Sum(group => Math.Pow(group.Count(), 3) - group.Count());
        double variance = pairs / 12 * (all + 1 - ties / (all * (all - 1)));
        double distance = Math.Abs(wins - pairs / 2) - 0.5;
        return variance > 0 && distance > 0 ? Tail(distance / Math.Sqrt(variance)) : 1;
    }

    /// <summary>The probability of a standard normal value at least so far from zero, on either side: the complementary error function, by
    /// formula 7.1.26 of Abramowitz and Stegun, to seven digits after the point.</summary>
    private static double Tail(double z)
    {
        double x = z / Math.Sqrt(2), t = 1 / (1 + 0.3275911 * x);
        double polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        return polynomial * Math.Exp(-x * x);
    }
}
