namespace SumSocket.Measurement.Bench;

/// <summary>Whom a bench asks.</summary>
/// <param name="CreateClient">Makes a client with one connection, or one socket. It should neither wait for a connection nor send again
/// what was lost, or the bench cannot see it, and it should check sums. Its clock must be that of the run.</param>
/// <param name="HasConnections">Whether to connect tells that a server is there; without connections only an answer does.</param>
/// <param name="Describe">Figures of a client's way, by their names; called once, at the end.</param>
public sealed record BenchTarget(
    Func<ISumClient> CreateClient, bool HasConnections, Func<ISumClient, IEnumerable<KeyValuePair<string, long>>> Describe);

/// <summary>Transport counters of the connections, summed up.</summary>
internal static class TransportCounters
{
    /// <summary>Asks each that still tells; figures in the order they are first told.</summary>
    public static IReadOnlyList<Spread> Describe(IEnumerable<BenchConnection> connections, BenchTarget target)
    {
        Dictionary<string, List<long>> figures = [];
        List<string> names = [];
        foreach ((string name, long value) in connections.SelectMany(connection => target.Describe(connection.Client)))
        {
            if (!figures.TryGetValue(name, out List<long>? values))
            {
                names.Add(name);
                figures.Add(name, values = []);
            }

            values.Add(value);
        }

        return [.. names.Select(name => Spread.Of(name, figures[name]))];
    }
}
