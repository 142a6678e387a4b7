using SumSocket.Reports.Page;

namespace SumSocket.Reports;

/// <summary>Benches as a page for people: one HTML file that needs no network and nothing beside it.</summary>
internal static class BenchPage
{
    /// <summary>How many runs fit on a page and can still be told apart.</summary>
    public const int MaxRuns = 8;

    /// <summary>Writes the page, as UTF-8.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="runs">1 to <see cref="MaxRuns"/>; of several, the others are held against the first.</param>
    public static void Write(Stream output, IReadOnlyList<RecordedBench> runs)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count, nameof(runs));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(runs.Count, MaxRuns, nameof(runs));
        HtmlWriter page = new();
        ReportPage.Write(page, [.. runs.Select((run, i) => new ReportedRun(run, i, runs.Count == 1))]);
        output.Write(Encoding.UTF8.GetBytes(page.ToString()));
    }
}
