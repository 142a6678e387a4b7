using SumSocket.Measurement.Statistics;
using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>What the kernel and the clients tell of the way, over all connections.</summary>
internal static class PathTable
{
    /// <summary>Makes it; null when they tell nothing.</summary>
    public static Table? Make(IReadOnlyList<ReportedRun> runs)
    {
        string[] names = [.. runs.SelectMany(run => run.Result.Path).Select(figure => figure.Name).Distinct()];
        IReadOnlyList<Cell>[] rows =
        [
            .. from name in names
               from run in runs
               let figure = run.Result.Path.FirstOrDefault(figure => figure.Name == name)
               where figure is not null
               select Row($"{run.Prefix}{name}", figure),
        ];
        return rows.Length == 0 ? null : new Table("Connections at the end", ["", "least", "median", "greatest", "all together"], rows) { Id = "path" };
    }

    private static IReadOnlyList<Cell> Row(string name, Spread figure) =>
    [
        new Cell(name, null, "code"), Show(figure, figure.Min), Show(figure, figure.Median), Show(figure, figure.Max),
        IsLevel(figure.Name) ? Cell.Blank : Show(figure, figure.Sum),
    ];

    private static Cell Show(Spread figure, long value) =>
        figure.Name.EndsWith("_us", StringComparison.Ordinal) ? new Cell(Figures.Time(value), value, Cell.Figure) : Cell.Count(value);

    /// <summary>Whether it is a level, such as a round trip time, which it makes no sense to add up, and not a count.</summary>
    private static bool IsLevel(string name) => name.EndsWith("_us", StringComparison.Ordinal) || name.EndsWith("_bytes", StringComparison.Ordinal)
        || name.StartsWith("cwnd", StringComparison.Ordinal);
}
