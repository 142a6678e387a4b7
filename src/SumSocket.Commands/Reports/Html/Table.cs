namespace SumSocket.Commands.Reports.Html;

/// <summary>A table that scrolls by itself where there is no room for it. The first cell of a row is its heading.</summary>
internal sealed record Table(string Caption, IReadOnlyList<string> Heads, IEnumerable<IReadOnlyList<Cell>> Rows)
{
    /// <summary>Its id on the page.</summary>
    public string? Id { get; init; }

    /// <summary>Writes it.</summary>
    public void Write(HtmlWriter page)
    {
        using (page.Open("div", ("class", "scroll"), ("role", "region"), ("aria-label", Caption), ("tabindex", "0")))
        using (page.Open("table", ("id", Id)))
        {
            page.Element("caption", Caption);
            using (page.Open("thead"))
            using (page.Open("tr"))
                foreach (string head in Heads)
                    page.Element(head.Length == 0 ? "td" : "th", head, ("scope", head.Length == 0 ? null : "col"));
            using (page.Open("tbody"))
                foreach (IReadOnlyList<Cell> row in Rows)
                    WriteRow(page, row);
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
