namespace SumSocket.Reports.Html;

/// <summary>A table that scrolls by itself where there is no room for it. The first cell of a row is its heading.</summary>
internal sealed record Table(string Id, string Caption, IReadOnlyList<string> Heads, IReadOnlyList<Cell[]> Rows)
{
    public void Write(HtmlWriter page)
    {
        using (page.Open("div", ("class", "scroll"), ("role", "region"), ("aria-label", Caption), ("tabindex", "0")))
        using (page.Open("table", ("id", Id)))
        {
            page.Element("caption", Caption);
            using (page.Open("thead"))
                WriteHeads(page);
            using (page.Open("tbody"))
                foreach (Cell[] row in Rows)
                    WriteRow(page, row);
        }
    }

    /// <summary>Writes it unless it has no rows.</summary>
    public void WriteIfAny(HtmlWriter page)
    {
        if (Rows.Count > 0)
            Write(page);
    }

    /// <summary>A heading is aligned like the figures below it.</summary>
    private void WriteHeads(HtmlWriter page)
    {
        using (page.Open("tr"))
        {
            for (int i = 0; i < Heads.Count; i++)
            {
                bool isFigure = i > 0 && Rows.Any(row => row[i].Css?.StartsWith(Cell.Figure, StringComparison.Ordinal) == true);
                (string name, string? scope) = Heads[i].Length == 0 ? ("td", null) : ("th", "col");
                page.Element(name, Heads[i], ("scope", scope), ("class", isFigure ? Cell.Figure : null));
            }
        }
    }

    private static void WriteRow(HtmlWriter page, Cell[] row)
    {
        using (page.Open("tr"))
        {
            page.Element("th", row[0].Text, ("scope", "row"), ("class", row[0].Css));
            foreach (Cell cell in row.Skip(1))
                using (page.Open("td", ("class", cell.Css)))
                    cell.Write(page);
        }
    }
}

/// <summary>A cell of a table: text for people, the exact value when it is a figure, and the class in the style sheet.</summary>
internal readonly record struct Cell(string Text, double? Value = null, string? Css = null)
{
    /// <summary>The class of cells that are aligned at the right, unit below unit.</summary>
    public const string Figure = "figure";

    public static Cell Time(double? microseconds) => new(Figures.Time(microseconds), microseconds, Figure);

    public static Cell Time(TimeSpan? time) => Time(time?.TotalMicroseconds);

    /// <summary>A span on the time axis, exact in seconds.</summary>
    public static Cell Seconds(TimeSpan? span) => new(Figures.Seconds(span), span?.TotalSeconds, Figure);

    public static Cell Count(double? count) => new(Figures.Count(count), count, Figure);

    public static Cell Rate(double? perSecond) => new(Figures.Rate(perSecond), perSecond, Figure);

    public static Cell Percent(double? percent) => new(Figures.Percent(percent), percent, Figure);

    /// <summary>A sentence, which is given room.</summary>
    public static Cell Words(string text) => new(text, null, text.Length > 12 ? "words" : null);

    /// <summary>Whether a threshold was kept.</summary>
    public static Cell Kept(bool isMet) => isMet ? new Cell("✓\u00A0kept", null, "good") : new Cell("✗\u00A0missed", null, "bad");

    /// <summary>Writes the text, and the exact figure as an attribute for programs.</summary>
    public void Write(HtmlWriter page)
    {
        if (Value is { } exact)
            page.Element("data", Text, ("value", exact.ToString("R", CultureInfo.InvariantCulture)));
        else if (Text == Figures.None)
            page.Element("span", Text, ("class", "none"));
        else
            page.Text(Text);
    }
}
