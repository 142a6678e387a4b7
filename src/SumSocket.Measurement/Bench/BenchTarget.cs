namespace SumSocket.Measurement.Bench;

/// <summary>The server that a bench measures.</summary>
/// <param name="CreateClient">Makes a client with one connection, or one socket. It should neither wait for a connection nor send again
/// what was lost, or the bench cannot see it; retries of what the server ended in order it counts. It should check sums. Its clock must be
/// that of the run.</param>
/// <param name="HasConnections">Whether a connection shows that a server is there; without connections only an answer does.</param>
/// <param name="Describe">Figures of a client's transport, by their names; called once, at the end.</param>
internal sealed record BenchTarget(
    Func<ISumClient> CreateClient, bool HasConnections, Func<ISumClient, IEnumerable<KeyValuePair<string, long>>> Describe)
{
    /// <summary>The figures of all clients, each summed up, in the order in which they first occur.</summary>
    public IReadOnlyList<Spread> DescribeAll(IEnumerable<ISumClient> clients) =>
        [.. clients.SelectMany(Describe).GroupBy(figure => figure.Key, figure => figure.Value).Select(all => Spread.Of(all.Key, all))];
}

/// <summary>One figure, such as <c>rtt_us</c>, over all connections. The median of an even number is the lower of two.</summary>
internal sealed record Spread(string Name, long Min, long Median, long Max, long Sum)
{
    public static Spread Of(string name, IEnumerable<long> values)
    {
        long[] sorted = [.. values.Order()];
        return new Spread(name, sorted[0], sorted[(sorted.Length - 1) / 2], sorted[^1], sorted.Sum());
    }
}
