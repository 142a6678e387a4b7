namespace SumSocket.Measurement.Statistics;

/// <summary>
/// Mean and standard deviation of a stream of numbers in constant space. Welford's update, because the textbook sum of squares loses its digits
/// when the spread is small against the mean.
/// </summary>
public sealed class RunningMoments
{
    private double _squares; // sum of squared distances from the mean so far

    /// <summary>How many numbers there were.</summary>
    public long Count { get; private set; }

    /// <summary>Their mean, 0 when there were none.</summary>
    public double Mean { get; private set; }

    /// <summary>Their sample standard deviation (n - 1); null for fewer than two.</summary>
    public double? StandardDeviation => Count < 2 ? null : Math.Sqrt(_squares / (Count - 1));

    /// <summary>Takes one number in.</summary>
    public void Add(double value)
    {
        Count++;
        double distance = value - Mean;
        Mean += distance / Count;
        _squares += distance * (value - Mean);
    }

    /// <summary>Takes in all that <paramref name="other"/> has seen (Chan, Golub and LeVeque's formula).</summary>
    public void Merge(RunningMoments other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
            return;
        long count = Count + other.Count;
        double distance = other.Mean - Mean;
        _squares += other._squares + distance * distance * Count * other.Count / count;
        Mean += distance * other.Count / count;
        Count = count;
    }
}
