namespace SumSocket.Reports.Page;

/// <summary>The page of an idle: how long silent connections live, and what ends them.</summary>
internal static class IdlePage
{
    private const int MaxRows = 1000; // more are not read; the JSON has them all

    public static void Write(Stream output, IdleDocument run)
    {
        string title = $"Silent connections to {run.Transport} {run.Target}";
        PageFrame.Write(output, title, "docs/paths.md", isOne: true, page =>
        {
            PageFrame.WriteHeader(page, title, isGood: null, run.Verdict, Describe(run));
            using (page.Open("section", ("aria-label", "Main figures")))
            {
                PageFrame.WriteTiles(page, run.Hold is { } hold ? TilesOf(run, hold) : TilesOf(run));
                if (run.Threshold is { } threshold)
                {
                    new Table(
                        "thresholds", "Threshold", ["Threshold", "Verdict"],
                        [[new Cell(threshold.Condition), Cell.Kept(threshold.Met)]]).Write(page);
                }
            }

            if (run.Hold is { } held)
                WriteHold(page, run, held);
            else
                WriteSilences(page, run);
            using (PageFrame.Section(page, "Settings"))
                PageFrame.Settings(run, Settings(run)).Write(page);
        });
    }

    private static void WriteSilences(HtmlWriter page, IdleDocument run)
    {
        using (PageFrame.Section(page, "Each silence", IdleTexts.Silences))
        {
            foreach (Chart chart in SilenceCharts.Make(run))
                chart.Write(page);
            if (run.Silences.Count == 0)
                page.Element("p", "No silence was tried to its end.", ("class", "note"));
            else
                WriteFigures(page, run);
        }

        if (run.Limits.Count > 0)
        {
            using (PageFrame.Section(page, "The limits", IdleTexts.Limits))
                Limits(run).Write(page);
        }

    }

    private static void WriteHold(HtmlWriter page, IdleDocument run, HoldDocument hold)
    {
        using (PageFrame.Section(page, "Over time", IdleTexts.Hold))
            HoldChart.Make(run, hold).Write(page);
        using (PageFrame.Section(page, "How they ended"))
        {
            new Table("ends", "Connections by their end", ["", "connections", "share", "first after", "last after"],
            [
                Row(run.Mode == IdleMode.Any ? "had no end" : "answered after the silence", hold.Lived, hold),
                .. hold.Ends.Select(one => Row(SilenceClass.NameOf(one.End), one.Count, hold, one)),
                .. hold.Unanswered.Value > 0 ? (Cell[][])[Row("no answer, and no end", hold.Unanswered, hold)] : [],
                .. hold.Open.Value > 0 ? (Cell[][])[Row("still open at the stop", hold.Open, hold)] : [],
                .. hold.Wanted.Value > hold.Connected.Value
                    ? (Cell[][])[Row("never connected", hold.Wanted.Value - hold.Connected.Value, hold)] : [],
            ]).Write(page);
        }
    }

    private static Cell[] Row(string name, Count count, HoldDocument hold, EndsDocument? ends = null) =>
    [
        new Cell(name), Cell.Count(count.Value), Cell.Percent(hold.Wanted.Value > 0 ? 100.0 * count.Value / hold.Wanted.Value : null),
        ends is null ? new Cell("") : Cell.Seconds(ends.FirstMs.Time), ends is null ? new Cell("") : Cell.Seconds(ends.LastMs.Time),
    ];

    private static IEnumerable<(string, Cell)> TilesOf(IdleDocument run) =>
    [
        .. run.Limits.Select(limit => ($"{IdleVerdict.Name(limit.First)} lives", new Cell(Bracket(limit)))),
        ("silences tried", Cell.Count(run.Silences.Count)),
        ("of them lived", Cell.Count(run.Silences.Count(one => one.End is SilenceEnd.Answered or SilenceEnd.Alive))),
        ("took", Cell.Seconds(run.TookMs?.Time)),
    ];

    private static IEnumerable<(string, Cell)> TilesOf(IdleDocument run, HoldDocument hold) =>
    [
        ("silent for", new Cell(Time(run.ToMs.Time))),
        ("connected", Cell.Count(hold.Connected.Value)),
        (run.Mode == IdleMode.Any ? "had no end" : "answered", Cell.Count(hold.Lived.Value)),
        ("ended", Cell.Count(hold.Ends.Sum(one => (double)one.Count.Value))),
        ("no answer", Cell.Count(hold.Unanswered.Value)),
    ];

    /// <summary>How long connections live: <c>2.97 s to 3 s</c>.</summary>
    private static string Bracket(IdleLimitDocument limit) => (limit.LivedMs?.Time, limit.DiedMs?.Time) switch
    {
        ({ } lived, { } died) => $"{Time(lived)} to {Time(died)}",
        ({ } lived, null) => $"≥\u00A0{Time(lived)}",
        (null, { } died) => $"<\u00A0{Time(died)}",
        _ => Figures.None,
    };

    private static string Time(TimeSpan time) => IdleVerdict.Time(time).Replace(' ', '\u00A0');

    private static Table Limits(IdleDocument run) => new(
        "limits", "The longest silence that lives, and the shortest that does not",
        ["", "Lives for", "Not for", "Then", "Ended by", "Keep-alive helps", "Server's own limit", "Hops with such a limit"],
        [.. run.Limits.Select(limit => (Cell[])
        [
            new Cell(IdleVerdict.Name(limit.First)), Cell.Seconds(limit.LivedMs?.Time),
            limit.DiedMs is { } died ? Cell.Seconds(died.Time) : new Cell("all lived", null, Cell.Figure),
            new Cell(limit.End is { } end ? SilenceClass.NameOf(end) : ""),
            new Cell(limit.EndedBy switch
            {
                EndedBy.Path => "the path",
                EndedBy.Server => "the server",
                EndedBy.PathOrServer => "the path or the server",
                _ => "",
            }),
            new Cell(limit.DiedMs is null ? "" : limit.KeepAliveHelps switch
            {
                KeepAliveHelp.Yes => "yes",
                KeepAliveHelp.No => "no",
                _ => "unknown",
            }),
            limit.CappedByServerMs is { } capped ? Cell.Seconds(capped.Time) : new Cell("", null, Cell.Figure),
            Cell.Words(string.Join("; ", limit.Hops.Select(hop => $"{hop.Name}: {IdleVerdict.Time(hop.LimitMs.Time)}"))),
        ])]);

    /// <summary>Writes all silences in figures, folded.</summary>
    private static void WriteFigures(HtmlWriter page, IdleDocument run)
    {
        string cut = run.Silences.Count > MaxRows ? $", the first {Figures.Count(MaxRows)}" : "";
        using (page.Open("details"))
        {
            page.Element("summary", $"{Figures.Count(run.Silences.Count)} silences in figures{cut}");
            new Table(
                "silences", "Silences", ["First to speak", "silence", "TCP keep-alive", "what came", "seen after", "byte sent again"],
                [.. SilenceCharts.Sort(run).Take(MaxRows).Select(one => (Cell[])
                [
                    new Cell(IdleVerdict.Name(one.First)), Cell.Seconds(one.SilenceMs.Time), new Cell(one.KeepAlive), Cell.Words(one.Text),
                    Cell.Seconds(one.AtMs.Time), Cell.Count(one.SentAgain.Value),
                ])]).Write(page);
        }
    }

    private static string Describe(IdleDocument run)
    {
        string range = run.FromMs == run.ToMs
            ? IdleVerdict.Time(run.ToMs.Time) : $"{IdleVerdict.Time(run.FromMs.Time)} to {IdleVerdict.Time(run.ToMs.Time)}";
        string what = run.Mode switch
        {
            IdleMode.Hold => $"{Figures.Count(run.Hold?.Wanted.Value, "connection")} held silent for {range}",
            IdleMode.Any => $"silences of {range}, nothing was sent",
            _ => $"silences of {range}",
        };
        return $"{run.Transport} {run.Target}, {what}{PageFrame.Where(run)}{(run.Interrupted ? "; interrupted" : "")}";
    }

    private static IEnumerable<(string Name, string? Value)> Settings(IdleDocument run) =>
    [
        ("server", $"{run.Transport} {run.Target}"),
        .. run.Mode == IdleMode.Hold
            ? ((string, string?)[])[("connections", Figures.Count(run.Hold?.Wanted.Value)), ("silence", Figures.Seconds(run.ToMs.Time))]
            :
            [
                ("shortest silence", Figures.Seconds(run.FromMs.Time)),
                ("longest silence", Figures.Seconds(run.ToMs.Time)),
                ("resolution", Figures.Percent(run.ResolutionPercent.Value)),
            ],
        ("time for an answer", Figures.Seconds(run.TimeoutMs.Time)),
        ("TCP keep-alive", run.KeepAlive),
        ("took", Figures.Seconds(run.TookMs?.Time)),
        ("at most planned", Figures.Seconds(run.PlannedMs?.Time)),
        ("server reached", Yes(run.Server.Reached)),
        ("server knows Path", Yes(run.Server.Path)),
        ("server knows Delay", Yes(run.Server.Delay)),
        ("server's read time-out", Figures.Seconds(run.Server.ReadTimeoutMs?.Time)),
        ("server's greatest age of a connection", Figures.Seconds(run.Server.MaxLifetimeMs?.Time)),
    ];

    private static string Yes(bool isSo) => isSo ? "yes" : "no";
}
