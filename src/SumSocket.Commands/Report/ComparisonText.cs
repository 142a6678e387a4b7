using SumSocket.Reports.Comparing;
using SumSocket.Reports.Page;

namespace SumSocket.Commands.Report;

/// <summary>Benches compared, for a terminal: what each was, then each of the others against the first.</summary>
internal static class ComparisonText
{
    /// <summary>Columns, of which no line takes more; a name alone may.</summary>
    public const int Width = 100;

    private const string Indent = "   ";

    public static string Of(IReadOnlyList<RecordedBench> benches)
    {
        ReportedRun[] runs = [.. benches.Select((bench, i) => new ReportedRun(bench, i, IsOnly: false))];
        StringBuilder text = new();
        foreach (ReportedRun run in runs)
        {
            text.Append(run.Letter).Append("  ").Append(Printable.Text(run.Run.Name)).Append('\n');
            Wrap(text, $"{Headline.Describe(run.Run)}: {Headline.Verdict(run.Run)}", Indent);
        }

        IReadOnlyList<MainFigure> figures = MainFigure.For(runs);
        foreach (ReportedRun run in runs.Skip(1))
            WriteTable(text, runs[0], run, figures);
        text.Append('\n');
        foreach (string note in MainFigures.Notes(runs))
            Wrap(text, note, "");
        return text.ToString();
    }

    private static void WriteTable(StringBuilder text, ReportedRun first, ReportedRun run, IReadOnlyList<MainFigure> figures)
    {
        BenchComparison comparison = new(first.Result, run.Result);
        List<string[]> rows = [[$"{run.Letter} against {first.Letter}", first.Letter, run.Letter, "change", ""]];
        foreach (MainFigure figure in figures)
        {
            Difference difference = comparison.Of(figure);
            rows.Add([figure.Name, figure.Of(first.Result).Text, figure.Of(run.Result).Text, difference.Change, difference.Words]);
        }

        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        text.Append('\n');
        foreach (string[] row in rows)
        {
            string line = $"{row[0].PadRight(widths[0])}  {row[1].PadLeft(widths[1])}  {row[2].PadLeft(widths[2])}  "
                + $"{row[3].PadLeft(widths[3])}  {row[4]}";
            text.Append(Plain(line).TrimEnd()).Append('\n');
        }
    }

    /// <summary>Writes a sentence in as many lines as it needs.</summary>
    private static void Wrap(StringBuilder text, string sentence, string indent)
    {
        string line = indent;
        foreach (string word in Plain(sentence).Split(' '))
        {
            if (line.Length > indent.Length && line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line = indent;
            }

            line += line.Length > indent.Length ? $" {word}" : word;
        }

        text.Append(line).Append('\n');
    }

    /// <summary>Without the characters that only a page needs, so that it can be searched.</summary>
    private static string Plain(string text) => text.Replace('\u00A0', ' ').Replace('−', '-');
}
