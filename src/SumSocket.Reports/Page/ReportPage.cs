using System.Security.Cryptography;

namespace SumSocket.Reports.Page;

/// <summary>The page from top to bottom.</summary>
internal static class ReportPage
{
    // Nothing is loaded and no script runs but the one of the page, whatever a name in a file says: a second wall behind the escaping.
    private static readonly string _policy =
        $"default-src 'none'; img-src data:; style-src {PageAsset.Style.Hash}; script-src {PageAsset.Script.Hash}; base-uri 'none'; form-action 'none'";

    public static void Write(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        page.Own("<!DOCTYPE html>\n");
        using (page.Open("html", ("lang", "en")))
        {
            WriteHead(page, Headline.Title(runs));
            using (page.Open("body", ("class", runs.Count == 1 ? "one" : "several")))
            {
                using (page.Open("main"))
                {
                    Headline.Write(page, runs);
                    WriteFirstFigures(page, runs);
                    WriteTime(page, runs);
                    WriteTimes(page, runs);
                    WriteRest(page, runs);
                }

                page.Element(
                    "footer",
                    $"Written by SumSocket {RunInfo.OwnVersion}; docs/measuring.md there explains every figure. Exact values are in the page's <data> elements.");
                page.Own("<script>").Own(PageAsset.Script.Content).Own("</script>");
            }
        }
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
            page.Own("<style>").Own(PageAsset.Style.Content).Own("</style>");
        }
    }

    private static void WriteFirstFigures(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        using (page.Open("section", ("aria-label", "Main figures")))
        {
            if (runs is [var only])
                Tiles.Write(page, only);
            else
                Comparison.Write(page, runs);
            ThresholdTable.Make(runs)?.Write(page);
        }
    }

    private static void WriteTime(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        using (page.Open("section"))
        {
            page.Element("h2", "Over time");
            if (runs.All(run => run.Result.Series.Count == 0))
            {
                page.Element("p", "Nothing was measured.", ("class", "note"));
                return;
            }

            Explain(page, ReportTexts.Time);
            TimeGrid grid = new(runs);
            ChartDrawing.Write(page, ThroughputChart.Make(runs, grid));
            ChartDrawing.Write(page, LatencyChart.Make(runs, grid));
            foreach (Chart chart in runs.Select(run => FailureChart.Make(run, grid)).OfType<Chart>())
                ChartDrawing.Write(page, chart);
            if (OutageChart.Make(runs, grid) is { } outages)
                ChartDrawing.Write(page, outages);
            if (runs.All(run => run.Result.Totals.Failed == 0))
                page.Element("p", "No errors: every request got the right sum.", ("class", "note"));
            foreach (ReportedRun run in runs)
                SeriesTable.Write(page, run);
        }
    }

    private static void WriteTimes(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        using (page.Open("section"))
        {
            page.Element("h2", "How long requests took");
            Explain(page, ReportTexts.Curve);
            ChartDrawing.Write(page, CurveChart.Make(runs));
            LatencyTable.Make(runs).Write(page);
        }
    }

    private static void WriteRest(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        using (page.Open("section"))
        {
            page.Element("h2", "What became of the requests");
            Explain(page, ReportTexts.Outcomes);
            OutcomeTable.Make(runs).Write(page);
            OutageList.Make(runs)?.Write(page);
        }

        using (page.Open("section"))
        {
            page.Element("h2", "The way");
            Explain(page, ReportTexts.Path);
            ConnectionTable.Make(runs).Write(page);
            TransportCounterTable.Make(runs)?.Write(page);
        }

        using (page.Open("section"))
        {
            page.Element("h2", "Settings");
            SettingTable.Make(runs).Write(page);
        }
    }

    private static void Explain(HtmlWriter page, IReadOnlyList<string> paragraphs)
    {
        using (page.Open("details", ("class", "help")))
        {
            page.Element("summary", "How to read this");
            foreach (string paragraph in paragraphs)
                page.Element("p", paragraph);
        }
    }
}

/// <summary>A file beside the code that becomes part of the page.</summary>
internal sealed class PageAsset
{
    private PageAsset(string name, string? more = null)
    {
        using Stream stream = typeof(PageAsset).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        Content = reader.ReadToEnd() + more;
        Hash = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Content)))}'";
    }

    /// <summary>How the page looks.</summary>
    public static PageAsset Style { get; } = new("report.css", OutcomeColors());

    /// <summary>What happens under the pointer.</summary>
    public static PageAsset Script { get; } = new("report.js");

    /// <summary>What it holds.</summary>
    public string Content { get; }

    /// <summary>Names exactly this content in a content security policy.</summary>
    public string Hash { get; }

    private static string OutcomeColors() => $$"""
        {{Rules(one => one.Color)}}
        @media screen and (prefers-color-scheme: dark) { {{Rules(one => one.DarkColor)}} }

        """;

    private static string Rules(Func<OutcomeClass, string> color) =>
        string.Join(' ', OutcomeClass.Failures.Select(one => $".{one.Css} {{ color: {color(one)}; }}"));
}
