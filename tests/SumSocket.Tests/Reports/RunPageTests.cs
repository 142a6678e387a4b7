using System.Globalization;
using System.Text;
using System.Xml.Linq;
using FluentAssertions;
using SumSocket.Measurement.Idle;
using SumSocket.Reports;
using SumSocket.Reports.Json;
using SumSocket.Reports.Page;
using Xunit;

namespace SumSocket.Tests.Reports;

/// <summary>The pages of idle and storm.</summary>
public class RunPageTests
{
    private const string Hostile = "\"><script>alert(1)</script>&amp;'\u202e\u001b\ud800";

    [Fact]
    public void An_idle_has_a_bar_for_each_silence_sorted_and_with_words_and_marks_the_limit()
    {
        IdleDocument run = SampleRuns.Idle();
        XElement page = Render(new RecordedIdle("", run));

        page.Descendants("figure").Select(figure => (string)figure.Attribute("id")!).Should().Equal(
            "silences-client", "silences-client-keep-alive", "silences-server", "silences-server-keep-alive");
        XElement client = Figure(page, "silences-client");
        SilenceDocument[] silences =
            [.. run.Silences.Where(one => one is { First: SilenceBreaker.Client, KeepAlive: "none" }).OrderBy(one => one.SilenceMs.Time)];
        silences.Length.Should().BeInRange(12, 40);
        Texts(client, "y").Should().Equal(silences.Select(one => IdleVerdict.Time(one.SilenceMs.Time)));
        Texts(client, "word").Should()
            .Equal(silences.Select(one => one.SilenceMs.Time.TotalSeconds < 350 ? "answered" : "RST to the first byte"));
        Texts(Figure(page, "silences-server"), "word").Should().Contain("no answer");
        XElement band = client.Descendants("rect").Single(rect => (string?)rect.Attribute("class") == "limit");
        double left = double.Parse(((string)band.Attribute("x")!).TrimEnd('%'), CultureInfo.InvariantCulture);
        left.Should().BeInRange(65, 75, "350 s is at 72 % of the way from half a second to an hour, each doubling as wide as the others");
        client.Value.Should().Contain("limit without keep-alive: 3");
        page.Descendants("li").Select(one => one.Value).Should().Contain(run.Verdict[1]).And.Contain(run.Verdict[0]);
        Table(page, "thresholds").Value.Should().Contain("lives>=10m✗\u00A0missed");
        Cell(page, "limits", "client first", "Lives for").Should().Be(run.Limits[0].LivedMs!.Value.Time.TotalSeconds);
        Rows(page, "silences").Should().HaveCount(run.Silences.Count);
        Table(page, "settings").Value.Should().Contain("began2026-11-22 10:30:00 UTC").And.Contain("machinesample");
    }

    [Fact]
    public void A_silence_that_the_server_itself_ended_is_told_apart()
    {
        IdleDocument run = SampleRuns.Idle();
        run = run with
        {
            Silences =
                [run.Silences[0] with { End = SilenceEnd.Fin, AtMs = TimeSpan.FromSeconds(30.2), SilenceMs = TimeSpan.FromMinutes(1) }],
            Server = run.Server with { ReadTimeoutMs = TimeSpan.FromSeconds(30) },
        };

        Texts(Figure(Render(new RecordedIdle("", run)), "silences-client"), "word").Should().Equal("server's own limit after 30.2 s");
        run = run with { Server = run.Server with { ReadTimeoutMs = TimeSpan.FromSeconds(60) } };
        Texts(Figure(Render(new RecordedIdle("", run)), "silences-client"), "word").Should().Equal("FIN after 30.2 s");
    }

    [Fact]
    public void Thousands_of_silences_are_folded()
    {
        IdleDocument run = SampleRuns.Idle();
        SilenceDocument[] many = [.. Enumerable.Range(1, 20_000).Select(i => run.Silences[0] with { SilenceMs = TimeSpan.FromSeconds(i) })];

        string text = Write(new RecordedIdle("", run with { Silences = [.. many, .. run.Silences] }));

        text.Length.Should().BeLessThan(600_000);
        XElement page = Parse(text);
        page.Descendants("text").Count(one => ((string?)one.Attribute("class"))?.StartsWith("word", StringComparison.Ordinal) == true)
            .Should().BeLessThanOrEqualTo(200);
        Figure(page, "silences-client").Value.Should().Contain("50 of them are drawn.");
        Texts(Figure(page, "silences-client"), "y").Should().Contain(IdleVerdict.Time(run.Limits[0].DiedMs!.Value.Time), "it is the limit");
    }

    [Fact]
    public void Ten_thousand_connections_are_two_lines_and_a_table()
    {
        IdleDocument run = SampleRuns.Hold();
        string text = Write(new RecordedIdle("", run));
        XElement page = Parse(text);

        text.Length.Should().BeLessThan(100_000);
        Figure(page, "hold").Descendants("li").Select(one => one.Value).Should()
            .Equal("ended: FIN", "ended: RST to the first byte", "open and silent", "end of the silence");
        Figure(page, "hold").Descendants("title").Last().Value.Should()
            .EndWith("7,940 open\n2,000 ended: FIN\n50 ended: RST to the first byte");
        Cell(page, "ends", "FIN", "connections").Should().Be(2_000);
        Cell(page, "ends", "never connected", "connections").Should().Be(10);
        Cell(page, "ends", "no answer, and no end", "share").Should().Be(0.4);
    }

    [Fact]
    public void A_storm_has_a_curve_for_each_round_and_all_its_figures()
    {
        StormDocument run = SampleRuns.Storm();
        XElement page = Render(new RecordedStorm("", run));

        XElement chart = Figure(page, "back");
        chart.Descendants("li").Select(one => one.Value).Should().Equal("round 1", "round 2", "round 3", "50, 90, 99 and 100 %");
        chart.Descendants("svg").Single(svg => (string?)svg.Attribute("class") == "data").Elements("path")
            .Where(path => ((string)path.Attribute("class")!).StartsWith("dot", StringComparison.Ordinal))
            .Select(path => ((string)path.Attribute("d")!).Count(c => c == 'M')).Should().Equal(4, 4, 2);
        chart.Descendants("title").Last().Value.Should().Contain("round 1: 100\u00A0%, 1,000 of 1,000")
            .And.Contain("round 3: 98.8\u00A0%, 988 of 1,000");
        Cell(page, "rounds", "round 2", "90 %").Should().Be(run.Rounds[1].Back90Us!.Value.Time.TotalMicroseconds);
        Cell(page, "rounds", "round 3", "not back").Should().Be(12);
        Rows(page, "rounds").Single(row => row.Element("th")!.Value == "round 3").Value.Should().Contain("never");
        Cell(page, "attempts", "round 3", "refused").Should().Be(36);
        Cell(page, "attempts", "round 1", "SYN retries").Should().Be(490);
        Rows(page, "curve-1").Should().HaveCount(run.Rounds[0].Curve.Count);
        Table(page, "thresholds").Value.Should().Contain("busy<1").And.Contain("✗\u00A0missed");
        page.Descendants("li").First().Value.Should().StartWith("✗ In round 3, 12 of 1,000 were not back");
    }

    [Fact]
    public void Of_many_rounds_the_slowest_are_drawn()
    {
        XElement page = Render(new RecordedStorm("", SampleRuns.Storm(rounds: 40)));

        Figure(page, "back").Descendants("li").Should().HaveCount(9);
        Figure(page, "back").Value.Should().Contain("round 40").And.Contain("Drawn are the 8 slowest of 40 rounds.");
        Rows(page, "rounds").Should().HaveCount(42, "the table has all, the opening and the sum");
    }

    [Fact]
    public void A_storm_that_was_stopped_ahead_of_the_cut_says_so()
    {
        StormDocument run = SampleRuns.Storm() with { Rounds = [], All = null, Verdict = ["stopped before the connections were cut"] };

        Render(new RecordedStorm("", run)).Value.Should().Contain("Stopped before the connections were cut")
            .And.Contain("Nothing was cut.");
    }

    [Fact]
    public void What_a_name_holds_never_becomes_markup()
    {
        IdleDocument idle = SampleRuns.Idle();
        idle = idle with
        {
            Target = Hostile,
            Transport = Hostile,
            KeepAlive = Hostile,
            StartedAt = Hostile,
            Verdict = [Hostile],
            Silences = [idle.Silences[0] with { KeepAlive = Hostile, Text = Hostile }],
            Limits = [idle.Limits[0] with { Hops = [new HopDocument(Hostile, TimeSpan.FromSeconds(1))] }],
            Threshold = new IdleThresholdDocument(Hostile, Met: true),
            Program = new ProgramDocument(Hostile, Hostile, Hostile),
            Machine = new MachineDocument(Hostile, Hostile, Hostile, 1),
        };
        StormDocument storm = SampleRuns.Storm();
        storm = storm with
        {
            Target = Hostile,
            Transport = Hostile,
            StartedAt = Hostile,
            Verdict = [Hostile],
            Thresholds = [storm.Thresholds[0] with { Text = Hostile, Unit = Hostile }],
            Program = idle.Program,
            Machine = idle.Machine,
        };

        foreach (RecordedRun run in (RecordedRun[])[new RecordedIdle(Hostile, idle), new RecordedStorm(Hostile, storm)])
        {
            XElement page = Render(run);
            page.Descendants("script").Should().ContainSingle();
            page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).Should()
                .NotContain(name => name.StartsWith("on", StringComparison.Ordinal));
            page.Value.Should().Contain("\"><script>alert(1)</script>&amp;'\\u202E\\u001B\uFFFD");
            page.ToString().Should().NotContainAny("http:", "https:", "url(", "style=");
        }
    }

    private static string Write(RecordedRun run)
    {
        using MemoryStream page = new();
        ReportPage.Write(page, run);
        return Encoding.UTF8.GetString(page.ToArray());
    }

    private static XElement Parse(string text) => XDocument.Parse(text.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;

    private static XElement Render(RecordedRun run) => Parse(Write(run));

    private static XElement Figure(XElement page, string id) =>
        page.Descendants("figure").Single(one => (string?)one.Attribute("id") == id);

    private static string[] Texts(XElement figure, string css) =>
        [.. figure.Descendants("text").Where(one => ((string?)one.Attribute("class"))?.Split(' ')[0] == css).Select(one => one.Value)];

    private static XElement Table(XElement page, string id) => page.Descendants("table").Single(one => (string?)one.Attribute("id") == id);

    private static XElement[] Rows(XElement page, string table) => [.. Table(page, table).Element("tbody")!.Elements("tr")];

    private static double Cell(XElement page, string table, string row, string column)
    {
        int at = Table(page, table).Element("thead")!.Element("tr")!.Elements().ToList().FindIndex(head => head.Value == column);
        XElement cell = Rows(page, table).Single(one => one.Element("th")!.Value == row).Elements().ElementAt(at);
        return double.Parse(cell.Descendants("data").Single().Attribute("value")!.Value, CultureInfo.InvariantCulture);
    }
}
