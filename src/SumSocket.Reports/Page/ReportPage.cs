using System.Security.Cryptography;

namespace SumSocket.Reports.Page;

/// <summary>Benches as a page for people: one HTML file that needs no network and no other file.</summary>
internal static class ReportPage
{
    /// <summary>How many runs fit on a page and can still be distinguished.</summary>
    public const int MaxRuns = 8;

    private static readonly string _style = Asset("report.css") + OutcomeColors();
    private static readonly string _script = Asset("report.js");

    // Nothing is loaded, and only the script of the page runs, whatever a name in a file contains: a second wall behind the escaping.
    private static readonly string _policy =
        $"default-src 'none'; img-src data:; style-src {Hash(_style)}; script-src {Hash(_script)}; base-uri 'none'; form-action 'none'";

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
            WriteHead(page, Headline.Title(runs));
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

    private static void WriteHead(HtmlWriter page, string title)
    {
        using (page.Open("head"))
        {
            page.Empty("meta", ("charset", "utf-8"));
            page.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", _policy));
            page.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
            page.Empty("meta", ("name", "color-scheme"), ("content", "light dark"));
            page.Empty("link", ("rel", "icon"), ("href", "data:,"));
            page.Element("title", title);
            page.Own($"<style>{_style}</style>");
        }
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

    /// <summary>Names exactly this content in a content security policy.</summary>
    private static string Hash(string content) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";
}
