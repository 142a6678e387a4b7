using SumSocket.Cli;

namespace SumSocket.Reports.Page;

/// <summary>The page of a storm: how long it took until all clients were back.</summary>
internal static class StormPage
{
    private static readonly string[] _explanation =
    [
        "Time counts from the cut. A client is back when its sum is right over a new connection, not when it is connected. The dots mark "
        + "when 50, 90, 99 and 100 % of those that were cut were back. A line that ends below 100 % has clients that never came back.",
        "A steep line is a server and a path that take all at once. A plateau is a pause of all clients together: a second is a SYN that "
        + "was sent again since the accept queue was full, and other steps are the pauses of the back-off, which jitter spreads.",
    ];

    public static void Write(Stream output, StormDocument run)
    {
        string title = $"Storm on {run.Transport} {run.Target}";
        StormRow[] rows = StormRow.Of(run);
        PageFrame.Write(output, title, "docs/paths.md", isOne: true, page =>
        {
            PageFrame.WriteHeader(page, title, run.ExitCode.Value == ExitCode.Success, run.Verdict, Describe(run));
            using (page.Open("section", ("aria-label", "Main figures")))
            {
                PageFrame.WriteTiles(page, TilesOf(run.All ?? run.Opening));
                Thresholds(run).WriteIfAny(page);
            }

            using (PageFrame.Section(page, "Coming back", _explanation))
            {
                StormRow[] drawn = StormChart.Choose(run);
                if (drawn.Length == 0)
                    page.Element("p", "Nothing was cut.", ("class", "note"));
                else
                    StormChart.Make(drawn, run.Rounds.Count).Write(page);
                Times(rows).Write(page);
                foreach (StormRow row in drawn)
                    WriteCurve(page, row);
            }

            using (PageFrame.Section(page, "Attempts"))
                Attempts(rows).Write(page);
            using (PageFrame.Section(page, "Settings"))
                PageFrame.Settings(run, Settings(run)).Write(page);
        });
    }

    /// <summary>How connections were cut, for people.</summary>
    public static string NameOf(StormCut cut) => cut switch
    {
        StormCut.Fin => "closed in order",
        StormCut.Rst => "reset",
        _ => "ended by the server",
    };

    private static IEnumerable<(string, Cell)> TilesOf(StormRoundDocument all) =>
    [
        ("50 % back after", Cell.Time(all.Back50Us?.Time)),
        ("90 % back after", Cell.Time(all.Back90Us?.Time)),
        ("99 % back after", Cell.Time(all.Back99Us?.Time)),
        ("100 % back after", Cell.Time(all.Back100Us?.Time)),
        ("attempts", Cell.Count(all.Attempts.Value)),
        ("not back", Cell.Count(all.NotBack.Value)),
        ("SYN retries", Cell.Count(all.SynRetries?.Value)),
    ];

    private static Table Times(StormRow[] rows) => new(
        "rounds", "Until they were back",
        ["", "cut", "back", "50 %", "90 %", "99 %", "100 %", "not back", "lost again", "connects a second"],
        [.. rows.Select(row => (Cell[])
        [
            new Cell(row.Name), Cell.Count(row.Round.Cut.Value), Cell.Count(row.Round.Back.Value), Time(row.Round.Back50Us),
            Time(row.Round.Back90Us), Time(row.Round.Back99Us), Time(row.Round.Back100Us), Cell.Count(row.Round.NotBack.Value),
            Cell.Count(row.Round.LostAgain.Value), Cell.Rate(row.Round.ConnectsPerS?.Value),
        ])]);

    /// <summary>Attempts by what became of them; causes that never occurred are left out, but for those that are looked for first.
    /// </summary>
    private static Table Attempts(StormRow[] rows)
    {
        StormCause[] causes = [.. StormCause.Failures.Where(cause =>
            cause.Outcome is StormOutcome.Refused or StormOutcome.TimedOut or StormOutcome.Busy
            || rows.Any(row => row.Round.CountOf(cause) > 0))];
        bool hasTls = rows.Any(row => row.Round.TlsFullHandshakes.Value + row.Round.TlsResumedHandshakes.Value > 0);
        return new Table(
            "attempts", "Attempts to come back",
            [
                "", "attempts", .. causes.Select(cause => cause.Name), "SYN retries",
                .. hasTls ? (string[])["full TLS handshakes", "resumed"] : [],
            ],
            [.. rows.Select(row => (Cell[])
            [
                new Cell(row.Name), Cell.Count(row.Round.Attempts.Value), .. causes.Select(cause => Cell.Count(row.Round.CountOf(cause))),
                Cell.Count(row.Round.SynRetries?.Value),
                .. hasTls ? (Cell[])[Cell.Count(row.Round.TlsFullHandshakes.Value), Cell.Count(row.Round.TlsResumedHandshakes.Value)] : [],
            ])]);
    }

    /// <summary>Writes the curve of one round in figures, folded.</summary>
    private static void WriteCurve(HtmlWriter page, StormRow row)
    {
        using (page.Open("details"))
        {
            page.Element("summary", $"{row.Name}: {Figures.Count(row.Curve.Length)} points of its curve in figures");
            new Table($"curve-{row.Number}", $"Back over time, {row.Name}", ["After", "back", "share"],
                [.. row.Curve.Select(point => (Cell[])
                [
                    new Cell(Figures.Time(point.Time)), Cell.Count(point.Back), Cell.Percent(row.Share(point.Back)),
                ])]).Write(page);
        }
    }

    private static Table Thresholds(StormDocument run)
    {
        return new Table(
            "thresholds", "Thresholds, of the worst round", ["Threshold", "Limit", "Measured", "Verdict"],
            [.. run.Thresholds.Select(one => (Cell[])
            [
                new Cell(one.Text), Show(one.Unit, one.Limit), Show(one.Unit, one.Actual),
                Cell.Kept(one.Met),
            ])]);

        static Cell Show(string unit, Figure? figure) => unit switch
        {
            "us" => figure is null ? Never : Cell.Time(figure.Value.Value),
            "per_s" => Cell.Rate(figure?.Value),
            _ => Cell.Count(figure?.Value),
        };
    }

    private static Cell Never => new("never", null, Cell.Figure);

    private static Cell Time(Micros? time) => time is { } known ? Cell.Time(known.Time) : Never;

    private static string Describe(StormDocument run) =>
        $"{run.Transport} {run.Target}, {Figures.Count(run.Asked.Connections.Value, "connection")} {NameOf(run.Asked.Cut)}, "
        + $"{Figures.Count(run.Rounds.Count)} of {Figures.Count(run.Asked.Rounds.Value, "round")}, pauses {BackOff(run)}"
        + PageFrame.Where(run) + Figures.Invariant($"; exit code {run.ExitCode.Value}") + (run.Interrupted ? ", interrupted" : "");

    private static string BackOff(StormDocument run) =>
        $"{Figures.Seconds(run.Asked.FirstBackOffUs.Time)} to {Figures.Seconds(run.Asked.LongestBackOffUs.Time)} "
        + (run.Asked.Jitter ? "with full jitter" : "without jitter");

    private static IEnumerable<(string Name, string? Value)> Settings(StormDocument run) =>
    [
        ("server", $"{run.Transport} {run.Target}"),
        ("connections", Figures.Count(run.Asked.Connections.Value)),
        ("how they were cut", NameOf(run.Asked.Cut)),
        ("rounds", Figures.Count(run.Asked.Rounds.Value)),
        ("longest pause after a first failed attempt", Figures.Seconds(run.Asked.FirstBackOffUs.Time)),
        ("longest pause of all", Figures.Seconds(run.Asked.LongestBackOffUs.Time)),
        ("jitter", run.Asked.Jitter ? "full: a pause is anything up to its length" : "none: a pause has its full length"),
        ("given up after", Figures.Seconds(run.Asked.GiveUpUs.Time)),
    ];
}

/// <summary>A round, with its name on the page and its number; that of the opening is 0.</summary>
internal sealed record StormRow(string Name, int Number, StormRoundDocument Round)
{
    private const int MaxPoints = 1000; // none of ours has as many

    /// <summary>The opening, all rounds, and where there are several these as one.</summary>
    public static StormRow[] Of(StormDocument run) =>
    [
        new("at first", 0, run.Opening),
        .. run.Rounds.Take(MaxPoints).Select((round, i) => new StormRow(Figures.Invariant($"round {i + 1}"), i + 1, round)),
        .. run is { All: { } all, Rounds.Count: > 1 } ? (StormRow[])[new("all rounds", run.Rounds.Count + 1, all)] : [],
    ];

    /// <summary>How many were back when, from the first on.</summary>
    public (TimeSpan Time, long Back)[] Curve { get; } =
        [.. Round.Curve.Take(MaxPoints).Select(point => (point.TimeUs.Time, point.Back.Value)).Order()];

    /// <summary>How many percent of those that were cut.</summary>
    public double Share(long back) => Round.Cut.Value > 0 ? Math.Min(100.0 * back / Round.Cut.Value, 100) : 0;
}
