namespace SumSocket.Reports.Page;

/// <summary>Benches as a page for people: one HTML file that needs no network and no other file.</summary>
internal static class ReportPage
{
    /// <summary>How many runs fit on a page and can still be distinguished.</summary>
    public const int MaxRuns = 8;

    private static readonly string _style = Asset("report.css") + OutcomeColors();
    private static readonly string _script = Asset("report.js");

    private static readonly PageHead _head = new(_style, _script);

    /// <summary>Writes the page of 1 to <see cref="MaxRuns"/> benches, as UTF-8; the others are compared with the first.</summary>
    public static void Write(Stream output, IReadOnlyList<RecordedBench> benches)
    {
        ArgumentOutOfRangeException.ThrowIfZero(benches.Count, nameof(benches));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(benches.Count, MaxRuns, nameof(benches));
        ReportedRun[] runs = [.. benches.Select((bench, i) => new ReportedRun(bench, i, benches.Count == 1))];
        HtmlWriter page = new();
        page.Own("<!DOCTYPE html>\n");
        using (page.Open("html", ("lang", "en")))
        {
            _head.Write(page, Headline.Title(runs));
            using (page.Open("body", ("class", runs.Length == 1 ? "one" : "several")))
            {
                using (page.Open("main"))
                {
                    Headline.Write(page, runs);
                    using (page.Open("section", ("aria-label", "Main figures")))
                    {
                        MainFigures.Write(page, runs);
                        Tables.Thresholds(runs).WriteIfAny(page);
                    }

                    WriteSeries(page, runs);
                    WriteTotals(page, runs);
                }

                page.Element(
                    "footer",
                    $"Written by SumSocket {RunInfo.OwnVersion}; docs/measuring.md there explains every figure. "
                    + "Exact values are in the page's <data> elements.");
                page.Own($"<script>{_script}</script>");
            }
        }

        output.Write(Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static void WriteSeries(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        if (runs.All(run => run.Series.Count == 0))
        {
            using (Section(page, "Over time", []))
                page.Element("p", "Nothing was measured.", ("class", "note"));
            return;
        }

        using (Section(page, "Over time", ReportTexts.Time))
        {
            TimeGrid grid = new(runs);
            TimeCharts.Throughput(runs, grid).Write(page);
            TimeCharts.Latency(runs, grid).Write(page);
            foreach (ReportedRun run in runs)
                TimeCharts.Failures(run, grid)?.Write(page);
            TimeCharts.Outages(runs, grid)?.Write(page);
            if (runs.All(run => run.Result.Totals.Failed == 0))
                page.Element("p", "No errors: every request got the right sum.", ("class", "note"));
            foreach (ReportedRun run in runs)
                Tables.WriteSeries(page, run);
        }
    }

    private static void WriteTotals(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        using (Section(page, "How long requests took", ReportTexts.Curve))
        {
            CurveChart.Make(runs).Write(page);
            Tables.Times(runs).Write(page);
        }

        using (Section(page, "What became of the requests", ReportTexts.Outcomes))
        {
            Tables.Outcomes(runs).Write(page);
            Tables.Outages(runs).WriteIfAny(page);
        }

        using (Section(page, "The way", ReportTexts.Path))
        {
            Tables.Connections(runs).Write(page);
            Tables.TransportCounters(runs).WriteIfAny(page);
        }

        using (Section(page, "Settings", []))
            SettingTable.Make(runs).Write(page);
    }

    /// <summary>Opens a section with its title and, if there is one, its explanation.</summary>
    private static HtmlWriter.Scope Section(HtmlWriter page, string title, string[] explanation)
    {
        HtmlWriter.Scope section = page.Open("section");
        page.Element("h2", title);
        if (explanation.Length == 0)
            return section;
        using (page.Open("details", ("class", "help")))
        {
            page.Element("summary", "How to read this");
            foreach (string paragraph in explanation)
                page.Element("p", paragraph);
        }

        return section;
    }

    private static string Asset(string name)
    {
        using StreamReader reader = new(typeof(ReportPage).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string OutcomeColors() => $$"""
        {{Rules(one => one.Color)}}
        @media screen and (prefers-color-scheme: dark) { {{Rules(one => one.DarkColor)}} }

        """;

    private static string Rules(Func<OutcomeClass, string> color) =>
        string.Join(' ', OutcomeClass.Failures.Select(one => $".{one.Css} {{ color: {color(one)}; }}"));
}
