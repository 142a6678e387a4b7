namespace SumSocket.Measurement.Statistics;

/// <summary>One figure of all connections, summed up.</summary>
/// <param name="Name">Lower case, with its unit: <c>rtt_us</c>.</param>
/// <param name="Min">The least.</param>
/// <param name="Median">The one in the middle, the lower of two.</param>
/// <param name="Max">The greatest.</param>
/// <param name="Sum">All together.</param>
public sealed record Spread(string Name, long Min, long Median, long Max, long Sum)
{
    internal static Spread Of(string name, IEnumerable<long> values)
    {
        long[] sorted = [.. values.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(values));
        return new Spread(name, sorted[0], sorted[(sorted.Length - 1) / 2], sorted[^1], sorted.Sum());
    }
}
