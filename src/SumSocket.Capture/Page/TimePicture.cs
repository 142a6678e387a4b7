using SumSocket.Cli.Html;

namespace SumSocket.Capture.Page;

/// <summary>The same conversation as a picture whose height is time.</summary>
internal sealed class TimePicture(HtmlWriter page, Story story, long begin)
{
    private const int Left = 190, Right = 570, Width = 760, Top = 34, Bottom = 20;
    private const double LineHeight = 15;

    private readonly IReadOnlyList<Row> _rows = story.Rows;

    public void Write()
    {
        (long first, long last) = (_rows[0].Time, _rows[^1].Time);
        int height = (int)Math.Clamp(_rows.Count * LineHeight * 1.5, 140, 1200);
        double scale = last > first ? (height - Top - Bottom) / (double)(last - first) : 0;
        using (page.Open("details", ("class", "scaled")))
        {
            page.Element("summary", "To the scale of time");
            using (page.Open("div", ("class", "scroll"), ("role", "region"), ("aria-label", "To the scale of time"), ("tabindex", "0")))
            using (page.Open(
                "svg", ("viewBox", Invariant($"0 0 {Width} {height}")), ("role", "img"),
                ("aria-label", $"The packets above, each at its time, over {Explanation.Time(last - first)}")))
            {
                Line("life", Left, Left, Top - 8, height - Bottom + 8);
                Line("life", Right, Right, Top - 8, height - Bottom + 8);
                Text("host", Left, 16, "client");
                Text("host", Right, 16, "server");
                WriteRows(row => Top + (row.Time - first) * scale);
            }
        }
    }

    /// <summary>Each label has a line of its own; what would cover the one before has none.</summary>
    private void WriteRows(Func<Row, double> place)
    {
        double time = double.MinValue, middle = double.MinValue;
        foreach (Row row in _rows)
        {
            double y = place(row);
            if (y >= time + LineHeight)
                Text("time", 4, time = y, Invariant($"{(row.Time - begin) / 1e9:0.000000}"));

            switch (row.Kind)
            {
                case RowKind.Segment:
                    WriteArrow(row, y);
                    if (y >= middle + LineHeight)
                        Text("why", (Left + Right) / 2, (middle = y) - 3, Short(row));
                    break;
                case RowKind.Program:
                    int x = row.Side == 0 ? Left : Right;
                    page.Empty("circle", ("class", "program"), ("cx", Invariant($"{x}")), ("cy", Number(y)), ("r", "3"));
                    break;
                default:
                    page.Empty(
                        "rect", ("class", "fold"), ("x", Invariant($"{Left}")), ("width", Invariant($"{Right - Left}")), ("y", Number(y)),
                        ("height", Number(Math.Max(2, place(row with { Time = row.Fold.Until }) - y))));
                    if (y >= middle + LineHeight)
                    {
                        middle = y + LineHeight;
                        Text("why", (Left + Right) / 2, middle - 3, row.Fold.Rounds > 0
                            ? Invariant($"{row.Fold.Rounds:#,##0} more rounds") : Invariant($"{row.Fold.Packets:#,##0} more packets"));
                    }

                    break;
            }
        }
    }

    private void WriteArrow(in Row row, double y)
    {
        (int from, int to) = row.Why.Side == 0 ? (Left, Right) : (Right, Left);
        int back = from < to ? -8 : 8;
        page.Empty("path", ("class", row.Why.Side == 0 ? "out" : "back"), ("d", Invariant(
            $"M{from} {y:0.#}H{to}m{back} -4l{-back} 4l{back} 4")));
    }

    private static string Short(in Row row)
    {
        string words = Explanation.Words(row.Segment, row.Why);
        int end = words.AsSpan().IndexOfAny(":;,");
        return end > 0 ? words[..end] : words;
    }

    private void Line(string css, double x1, double x2, double y1, double y2) => page.Empty(
        "line", ("class", css), ("x1", Number(x1)), ("x2", Number(x2)), ("y1", Number(y1)), ("y2", Number(y2)));

    private void Text(string css, double x, double y, string text) =>
        page.Element("text", text, ("class", css), ("x", Number(x)), ("y", Number(y)));

    private static string Number(double value) => Invariant($"{value:0.#}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
