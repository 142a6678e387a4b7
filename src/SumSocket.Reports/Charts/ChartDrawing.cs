namespace SumSocket.Reports.Charts;

/// <summary>Draws a chart as SVG without a size of its own: texts and marks are placed in percent, so they keep their size, and only the
/// box with the paths is stretched, strokes excepted. It is as wide as there is room, on a phone and on paper.</summary>
internal static class ChartDrawing
{
    /// <summary>Writes the figure: title, legend, picture, and the summary for those who do not see it.</summary>
    public static void Write(HtmlWriter page, Chart chart)
    {
        using (page.Open("figure", ("class", "chart"), ("id", chart.Id)))
        {
            using (page.Open("figcaption"))
            {
                page.Element("h3", chart.Title);
                WriteLegend(page, chart);
            }

            using (page.Open("div", ("class", chart.IsLow ? "plot low" : "plot")))
                WritePicture(page, chart);
            page.Element("p", chart.Summary, ("class", "summary"));
        }
    }

    private static void WriteLegend(HtmlWriter page, Chart chart)
    {
        (ChartPath Path, bool IsLine)[] told =
            [.. chart.Lines.Select(path => (path, true)).Concat(chart.Areas.Select(path => (path, false))).Where(one => one.Item1.Legend is not null)];
        if (told.Length == 0)
            return;
        using (page.Open("ul", ("class", "legend")))
        {
            foreach ((ChartPath path, bool isLine) in told)
            {
                using (page.Open("li"))
                {
                    using (page.Open("svg", ("class", "key"), ("viewBox", "0 0 26 12"), ("aria-hidden", "true")))
                        page.Empty("path", ("class", path.Css), ("d", isLine ? "M1 6L25 6" : "M7 0L19 0L19 12L7 12Z"));
                    page.Text(path.Legend!);
                }
            }
        }
    }

    private static void WritePicture(HtmlWriter page, Chart chart)
    {
        using (page.Open("svg", ("class", "picture"), ("data-group", chart.Group), ("role", "img"), ("aria-label", $"{chart.Title}. {chart.Summary}")))
        {
            WriteGrid(page, chart);
            foreach (ChartBand band in chart.Bands)
                page.Empty(
                    "rect", ("class", band.Css), ("x", Percent(band.From)), ("width", Percent(band.To - band.From)), ("height", "100%"));
            using (page.Open(
                "svg", ("class", "data"), ("viewBox", "0 0 1000 1000"), ("preserveAspectRatio", "none"), ("width", "100%"), ("height", "100%")))
            {
                foreach (ChartPath path in chart.Areas.Concat(chart.Lines).Where(path => path.Data.Length > 0))
                    page.Empty("path", ("class", path.Css), ("d", path.Data));
            }

            using (page.Open("g", ("class", "hits")))
                foreach (ChartHit hit in chart.Hits)
                    using (page.Open("rect", ("x", Percent(hit.From)), ("width", Percent(hit.To - hit.From)), ("height", "100%")))
                        page.Element("title", hit.Text);
        }
    }

    private static void WriteGrid(HtmlWriter page, Chart chart)
    {
        using (page.Open("g", ("class", "grid")))
        {
            foreach (Tick tick in chart.X.Ticks)
            {
                page.Empty("line", ("x1", Percent(tick.At)), ("x2", Percent(tick.At)), ("y2", "100%"));
                page.Element(
                    "text", tick.Label, ("class", tick.IsMinor ? "x minor" : "x"), ("x", Percent(tick.At)), ("y", "100%"), ("dy", "1.5em"));
            }

            foreach (Tick tick in chart.Y.Ticks)
            {
                page.Empty("line", ("x2", "100%"), ("y1", Percent(1 - tick.At)), ("y2", Percent(1 - tick.At)));
                page.Element("text", tick.Label, ("class", "y"), ("x", "-8"), ("y", Percent(1 - tick.At)), ("dy", "0.34em"));
            }
        }
    }

    private static string Percent(double place) => Figures.Invariant($"{place * 100:0.###}%");
}
