namespace SumSocket.Reports.Charts;

/// <summary>A chart, drawn as SVG without a size of its own: texts and marks are placed in percent, so they keep their size, and only the
/// box with the paths is stretched, strokes excepted. It is as wide as there is room, on a phone and on paper. The summary is for those who
/// do not see it. Places are 0 to 1, from the left and from the bottom.</summary>
internal sealed record Chart(string Id, string Title, string Summary, Axis X, Axis Y)
{
    private const int RowHeight = 20; // of a line of text, in pixels

    /// <summary>Times to shade behind it all.</summary>
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    /// <summary>Filled shapes, each of one class.</summary>
    public IReadOnlyList<ChartPath> Areas { get; init; } = [];

    /// <summary>Lines over the areas.</summary>
    public IReadOnlyList<ChartPath> Lines { get; init; } = [];

    /// <summary>Words at places in it.</summary>
    public IReadOnlyList<ChartLabel> Labels { get; init; } = [];

    /// <summary>What to show at the pointer.</summary>
    public IReadOnlyList<ChartHit> Hits { get; init; } = [];

    /// <summary>Charts of one group have the same axis below and the same hits: the script marks a place in all of them.</summary>
    public string Group { get; init; } = "time";

    /// <summary>Whether it is less high than others.</summary>
    public bool IsLow { get; init; }

    /// <summary>How many rows it has, where its height depends on them; 0 for a chart without.</summary>
    public int Rows { get; init; }

    private string Plot => Rows > 0 ? "plot rows" : IsLow ? "plot low" : "plot";

    public void Write(HtmlWriter page)
    {
        using (page.Open("figure", ("class", "chart"), ("id", Id)))
        {
            using (page.Open("figcaption"))
            {
                page.Element("h3", Title);
                WriteLegend(page);
            }

            using (page.Open("div", ("class", Plot)))
                WritePicture(page);
            page.Element("p", Summary, ("class", "summary"));
        }
    }

    private void WriteLegend(HtmlWriter page)
    {
        ChartPath[] paths = [.. Lines.Concat(Areas).Where(path => path.Legend is not null)];
        if (paths.Length == 0)
            return;
        using (page.Open("ul", ("class", "legend")))
        {
            foreach (ChartPath path in paths)
            {
                using (page.Open("li"))
                {
                    using (page.Open("svg", ("class", "key"), ("viewBox", "0 0 26 12"), ("aria-hidden", "true")))
                        page.Empty("path", ("class", path.Css), ("d", KeyOf(path)));
                    page.Text(path.Legend!);
                }
            }
        }
    }

    /// <summary>A line, a dot or a box.</summary>
    private string KeyOf(ChartPath path) => !Lines.Contains(path) ? "M7 0L19 0L19 12L7 12Z"
        : path.Css.StartsWith("dot", StringComparison.Ordinal) ? "M13 6h0" : "M1 6L25 6";

    private void WritePicture(HtmlWriter page)
    {
        string label = $"{Title}. {Summary}";
        string? height = Rows > 0 ? Figures.Invariant($"{Rows * RowHeight}") : null;
        using (page.Open("svg", ("class", "picture"), ("height", height), ("data-group", Group), ("role", "img"), ("aria-label", label)))
        {
            WriteGrid(page);
            foreach (ChartBand band in Bands)
                page.Empty(
                    "rect", ("class", band.Css), ("x", Percent(band.From)), ("width", Percent(band.To - band.From)), ("height", "100%"));
            using (page.Open(
                "svg", ("class", "data"), ("viewBox", "0 0 1000 1000"), ("preserveAspectRatio", "none"), ("width", "100%"),
                ("height", "100%")))
                foreach (ChartPath path in Areas.Concat(Lines).Where(path => path.Data.Length > 0))
                    page.Empty("path", ("class", path.Css), ("d", path.Data));
            foreach (ChartLabel one in Labels)
                page.Element(
                    "text", one.Text, ("class", one.IsBefore ? "word before" : "word"), ("x", Percent(one.At)),
                    ("y", Percent(1 - one.Height)), ("dx", one.IsBefore ? "-7" : "7"), ("dy", "0.34em"));
            using (page.Open("g", ("class", "hits")))
                foreach (ChartHit hit in Hits)
                    WriteHit(page, hit);
        }
    }

    private void WriteHit(HtmlWriter page, ChartHit hit)
    {
        (string x, string width) = (Percent(hit.From), Percent(hit.To - hit.From));
        string? y = hit.Lane is { } lane ? Percent((double)lane / Rows) : null;
        using (page.Open("rect", ("x", x), ("width", width), ("y", y), ("height", y is null ? "100%" : Percent(1.0 / Rows))))
            page.Element("title", hit.Text);
    }

    private void WriteGrid(HtmlWriter page)
    {
        using (page.Open("g", ("class", "grid")))
        {
            foreach (Tick tick in X.Ticks)
            {
                string x = Percent(tick.At);
                page.Empty("line", ("x1", x), ("x2", x), ("y2", "100%"));
                page.Element("text", tick.Label, ("class", tick.IsMinor ? "x minor" : "x"), ("x", x), ("y", "100%"), ("dy", "1.5em"));
            }

            foreach (Tick tick in Y.Ticks)
            {
                string y = Percent(1 - tick.At);
                page.Empty("line", ("x2", "100%"), ("y1", y), ("y2", y));
                page.Element("text", tick.Label, ("class", "y"), ("x", "-8"), ("y", y), ("dy", "0.34em"));
            }
        }
    }

    private static string Percent(double place) => Figures.Invariant($"{place * 100:0.###}%");
}

/// <summary>A range to shade from top to bottom.</summary>
internal readonly record struct ChartBand(double From, double To, string Css);

/// <summary>A line or a filled shape from <see cref="PathData"/>; the legend is null when another path has the same.</summary>
internal readonly record struct ChartPath(string Css, string Data, string? Legend);

/// <summary>A word beside a place: after it in the left half of a chart, before it in the right one.</summary>
internal readonly record struct ChartLabel(double At, double Height, string Text)
{
    public bool IsBefore => At > 0.5;
}

/// <summary>A range and the lines to show when the pointer is there, over the whole height or in one row, counted from above.</summary>
internal readonly record struct ChartHit(double From, double To, string Text, int? Lane = null)
{
    /// <summary>Ranges side by side from the left on, given by their ends.</summary>
    public static IReadOnlyList<ChartHit> Row(IReadOnlyList<(double To, string Text)> hits) =>
        [.. hits.Select((hit, i) => new ChartHit(i == 0 ? 0 : hits[i - 1].To, hit.To, hit.Text))];
}
