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
        double ranks = 0, ties = 0, before = 0; // of one; of equal values; how many are less
        foreach (IGrouping<double, bool> equal in one.Select(value => (value, IsOne: true))
            .Concat(other.Select(value => (value, IsOne: false)))
            .OrderBy(each => each.value).GroupBy(each => each.value, each => each.IsOne))
        {
            double count = equal.Count();
            ranks += equal.Count(isOne => isOne) * (before + (count + 1) / 2);
            ties += count * count * count - count;
            before += count;
        }

        double wins = ranks - one.Count * (one.Count + 1.0) / 2; // Mann and Whitney's U
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
