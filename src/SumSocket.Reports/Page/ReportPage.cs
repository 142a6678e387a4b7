namespace SumSocket.Reports.Page;

/// <summary>Runs as a page for people: one HTML file that needs no network and no other file.</summary>
internal static class ReportPage
{
    /// <summary>How many benches fit on a page and can still be distinguished.</summary>
    public const int MaxRuns = 8;

    /// <summary>Writes the page of one run, or of 2 to <see cref="MaxRuns"/> benches, as UTF-8; the others are compared with the first.
    /// </summary>
    public static void Write(Stream output, params IReadOnlyList<RecordedRun> runs)
    {
        if (runs is [RecordedIdle idle])
            IdlePage.Write(output, idle.Document);
        else if (runs is [RecordedStorm storm])
            StormPage.Write(output, storm.Document);
        else
            WriteBenches(output, [.. runs.Cast<RecordedBench>()]);
    }

    private static void WriteBenches(Stream output, IReadOnlyList<RecordedBench> benches)
    {
        ArgumentOutOfRangeException.ThrowIfZero(benches.Count, nameof(benches));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(benches.Count, MaxRuns, nameof(benches));
        ReportedRun[] runs = [.. benches.Select((bench, i) => new ReportedRun(bench, i, benches.Count == 1))];
        PageFrame.Write(output, Headline.Title(runs), "docs/measuring.md", isOne: runs.Length == 1, page =>
        {
            Headline.Write(page, runs);
            using (page.Open("section", ("aria-label", "Main figures")))
            {
                MainFigures.Write(page, runs);
                Tables.Thresholds(runs).WriteIfAny(page);
            }

            WriteSeries(page, runs);
            WriteTotals(page, runs);
        });
    }

    private static void WriteSeries(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        if (runs.All(run => run.Series.Count == 0))
        {
            using (PageFrame.Section(page, "Over time"))
                page.Element("p", "Nothing was measured.", ("class", "note"));
            return;
        }

        using (PageFrame.Section(page, "Over time", ReportTexts.Time))
        {
            TimeGrid grid = new(runs);
            TimeCharts.Throughput(runs, grid).Write(page);
            TimeCharts.Latency(runs, grid).Write(page);
            foreach (ReportedRun run in runs)
                TimeCharts.Failures(run, grid)?.Write(page);
            TimeCharts.Outages(runs, grid)?.Write(page);
            if (runs.All(run => run.Result.Totals.Failed == 0))
                page.Element("p", "No errors: every request got the right sum.", ("class", "note"));
            foreach (ReportedRun run in runs)
                Tables.WriteSeries(page, run);
        }
    }

    private static void WriteTotals(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        using (PageFrame.Section(page, "How long requests took", ReportTexts.Curve))
        {
            CurveChart.Make(runs).Write(page);
            Tables.Times(runs).Write(page);
        }

        using (PageFrame.Section(page, "What became of the requests", ReportTexts.Outcomes))
        {
            Tables.Outcomes(runs).Write(page);
            Tables.Outages(runs).WriteIfAny(page);
        }

        using (PageFrame.Section(page, "The way", ReportTexts.Path))
        {
            Tables.Connections(runs).Write(page);
            Tables.TransportCounters(runs).WriteIfAny(page);
        }

        using (PageFrame.Section(page, "Settings"))
            SettingTable.Make(runs).Write(page);
    }
}
