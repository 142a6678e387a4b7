using SumSocket.Measurement.Statistics;

namespace SumSocket.Measurement.Bench;

/// <summary>What the connections tell of their way, summed up.</summary>
internal static class BenchPath
{
    /// <summary>Asks each that still tells; figures in the order they are first told.</summary>
    public static IReadOnlyList<Spread> Describe(IEnumerable<BenchConnection> connections, BenchTarget subject)
    {
        Dictionary<string, List<long>> figures = [];
        List<string> names = [];
        foreach ((string name, long value) in connections.SelectMany(connection => subject.Describe(connection.Client)))
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
