namespace SumSocket.Reports.Html;

/// <summary>A table that scrolls by itself where there is no room for it. The first cell of a row is its heading.</summary>
internal sealed record Table(string Caption, IReadOnlyList<string> Heads, IEnumerable<IReadOnlyList<Cell>> Rows)
{
    /// <summary>Its id on the page.</summary>
    public string? Id { get; init; }

    /// <summary>Writes it.</summary>
    public void Write(HtmlWriter page)
    {
        IReadOnlyList<IReadOnlyList<Cell>> rows = [.. Rows];
        using (page.Open("div", ("class", "scroll"), ("role", "region"), ("aria-label", Caption), ("tabindex", "0")))
        using (page.Open("table", ("id", Id)))
        {
            page.Element("caption", Caption);
            using (page.Open("thead"))
                WriteHeads(page, rows);
            using (page.Open("tbody"))
                foreach (IReadOnlyList<Cell> row in rows)
                    WriteRow(page, row);
        }
    }

    /// <summary>A heading stands where the figures below it do.</summary>
    private void WriteHeads(HtmlWriter page, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        using (page.Open("tr"))
        {
            for (int i = 0; i < Heads.Count; i++)
            {
                bool isFigure = rows.Any(row => i > 0 && row[i].Css?.StartsWith(Cell.Figure, StringComparison.Ordinal) == true);
                string? css = isFigure ? Cell.Figure : null;
                if (Heads[i].Length == 0)
                    page.Element("td", "", ("class", css));
                else
                    page.Element("th", Heads[i], ("scope", "col"), ("class", css));
            }
        }
    }

    private static void WriteRow(HtmlWriter page, IReadOnlyList<Cell> row)
    {
        using (page.Open("tr"))
        {
            page.Element("th", row[0].Text, ("scope", "row"), ("class", row[0].Css));
            foreach (Cell cell in row.Skip(1))
            {
                using (page.Open("td", ("class", cell.Css)))
                {
                    if (cell.Value is not null || cell.Text == Figures.None)
                        page.Data(cell.Value, cell.Text);
                    else
                        page.Text(cell.Text);
                }
            }
        }
    }
}

/// <summary>A cell of a table.</summary>
/// <param name="Text">For people.</param>
/// <param name="Value">The exact figure, when it is one.</param>
/// <param name="Css">Its class.</param>
internal readonly record struct Cell(string Text, double? Value = null, string? Css = null)
{
    /// <summary>The class of those that stand at the right, unit below unit.</summary>
    public const string Figure = "figure";

    /// <summary>A time, exact in microseconds.</summary>
    public static Cell Time(TimeSpan? time) => new(Figures.Time(time), time?.TotalMicroseconds, Figure);

    /// <summary>A span on the time axis, exact in seconds.</summary>
    public static Cell Seconds(TimeSpan? span) => new(Figures.Seconds(span), span?.TotalSeconds, Figure);

    /// <summary>How many.</summary>
    public static Cell Count(long? count) => new(Figures.Count(count), count, Figure);

    /// <summary>How many a second.</summary>
    public static Cell Rate(double perSecond) => new(Figures.Rate(perSecond), perSecond, Figure);

    /// <summary>A share, exact in percent.</summary>
    public static Cell Percent(double? percent) => new(Figures.Percent(percent), percent, Figure);

    /// <summary>Nothing.</summary>
    public static Cell Blank => new("");
}
