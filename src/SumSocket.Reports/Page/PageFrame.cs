namespace SumSocket.Reports.Page;

/// <summary>What pages of all kinds have in common.</summary>
internal static class PageFrame
{
    private static readonly string _style = Asset("report.css") + OutcomeColors();
    private static readonly string _script = Asset("report.js");

    private static readonly PageHead _head = new(_style, _script);

    /// <summary>Writes a page as UTF-8.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="manual">Which document explains its figures.</param>
    /// <param name="isOne">Whether it shows a single run.</param>
    /// <param name="main">Writes the content.</param>
    public static void Write(Stream output, string title, string manual, bool isOne, Action<HtmlWriter> main)
    {
        HtmlWriter page = new();
        page.Own("<!DOCTYPE html>\n");
        using (page.Open("html", ("lang", "en")))
        {
            _head.Write(page, title);
            using (page.Open("body", ("class", isOne ? "one" : "several")))
            {
                using (page.Open("main"))
                    main(page);
                page.Element(
                    "footer",
                    $"Written by SumSocket {RunInfo.OwnVersion}; {manual} there explains every figure. "
                    + "Exact values are in the page's <data> elements.");
                page.Own($"<script>{_script}</script>");
            }
        }

        output.Write(Encoding.UTF8.GetBytes(page.ToString()));
    }

    /// <summary>Opens a section with its title and, if there is one, its explanation.</summary>
    public static HtmlWriter.Scope Section(HtmlWriter page, string title, params string[] explanation)
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

    /// <summary>Writes the title, what was found, the first of it as the main thing, and what was run where.</summary>
    /// <param name="page">The page.</param>
    /// <param name="title">The title.</param>
    /// <param name="isGood">Whether what had to hold did; null where nothing had to.</param>
    /// <param name="findings">Sentences.</param>
    /// <param name="what">What was run.</param>
    public static void WriteHeader(HtmlWriter page, string title, bool? isGood, IReadOnlyList<string> findings, string what)
    {
        using (page.Open("header"))
        {
            page.Element("h1", title);
            using (page.Open("ul", ("class", "findings")))
            {
                for (int i = 0; i < findings.Count; i++)
                {
                    string sentence = findings[i].Length > 0 ? char.ToUpperInvariant(findings[i][0]) + findings[i][1..] : "";
                    if (i == 0 && isGood is { } good)
                        page.Element("li", $"{(good ? "✓" : "✗")} {sentence}", ("class", good ? "good" : "bad"));
                    else
                        page.Element("li", sentence);
                }
            }

            page.Element("p", what, ("class", "note"));
        }
    }

    /// <summary>Writes main figures, each as a tile.</summary>
    public static void WriteTiles(HtmlWriter page, IEnumerable<(string Name, Cell Figure)> tiles)
    {
        using (page.Open("dl", ("class", "tiles")))
        {
            foreach ((string name, Cell figure) in tiles)
            {
                using (page.Open("div"))
                {
                    page.Element("dt", name);
                    using (page.Open("dd"))
                        figure.Write(page);
                }
            }
        }
    }

    /// <summary>The settings of one run, and where it took place, as far as its document says.</summary>
    public static Table Settings(RunDocument run, IEnumerable<(string Name, string? Value)> settings)
    {
        (string Name, string? Value)[] place =
        [
            .. settings,
            ("began", Began(run)),
            ("program", run.Program is { } program ? $"{program.Name} {program.Version}" : null),
            ("runtime", run.Program?.Runtime),
            ("machine", run.Machine?.Host),
            ("system", run.Machine?.System),
            ("processors", run.Machine is { } machine ? $"{Figures.Count(machine.Processors.Value)} × {machine.Architecture}" : null),
        ];
        return new Table(
            "settings", "Settings, and where it ran", ["", "this run"],
            [
                .. place.Where(one => one.Value is not null and not Figures.None)
                    .Select(one => (Cell[])[new Cell(one.Name), new Cell(one.Value!)]),
            ]);
    }

    /// <summary>Where and when, for the header: <c>, from 2026-11-30 07:13:15 UTC, on host</c>.</summary>
    public static string Where(RunDocument run) =>
        (run.StartedAt is null ? "" : $", from {Began(run)}") + (run.Machine is { } machine ? $", on {machine.Host}" : "");

    private static string? Began(RunDocument run) => DateTimeOffset.TryParse(
        run.StartedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset began)
        ? began.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : run.StartedAt;

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
