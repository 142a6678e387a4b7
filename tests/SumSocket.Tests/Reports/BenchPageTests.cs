using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using FluentAssertions;
using SumSocket.Measurement.Bench;
using SumSocket.Reports;
using SumSocket.Reports.Page;
using Xunit;

namespace SumSocket.Tests.Reports;

public class BenchPageTests
{
    private const string Hostile = "\"><script>alert(1)</script>&amp;'\u202e\u001b\ud800";

    [Theory]
    [InlineData(0, "interrupted, exit code 0: nothing failed")]
    [InlineData(3, "interrupted, exit code 0: nothing failed but what the interruption cut off")]
    public void It_does_not_say_that_nothing_failed_where_answers_are_missing(long unanswered, string verdict)
    {
        RecordedBench run = SampleBench.Closed();
        BenchCounts totals = new() { Ok = 9, Sent = 9, Unanswered = unanswered };
        run = run with { Result = run.Result with { End = BenchEnd.Interrupted, Totals = totals } };

        Render(run).Descendants().Single(one => (string?)one.Attribute("class") == "verdict good").Value.Should().Be($"✓ {verdict}");
    }

    [Fact]
    public void Its_title_says_how_many_connections_were_opened_where_that_is_not_all()
    {
        RecordedBench run = SampleBench.Closed();
        int asked = run.Result.Options.Connections;
        BenchResult result = run.Result with { ConnectionsOpened = asked - 3, NotOpened = [KeyValuePair.Create("busy", 3L)] };
        run = run with { ExitCode = 1, Result = result };
        run = SampleBench.Read(SampleBench.Json(run), "closed.json");

        string page = Render(run).Value;

        page.Should().Contain($"{asked - 3} of {asked} connections × ").And.Contain("connections are missing");
        run.Result.NotOpened.Single().Should().Be(KeyValuePair.Create("busy", 3L));
    }

    [Fact]
    public void It_shows_every_figure_of_the_result_exactly()
    {
        RecordedBench run = SampleBench.Open();
        using JsonDocument json = JsonDocument.Parse(SampleBench.Json(run));
        JsonElement root = json.RootElement;
        XElement page = Render(run);

        foreach ((string column, JsonElement times) in (IEnumerable<(string, JsonElement)>)
            [
                ("from when due (corrected)", root.GetProperty("latency").GetProperty("corrected")),
                ("from when sent (uncorrected)", root.GetProperty("latency").GetProperty("uncorrected")),
                ("lag of the generator", root.GetProperty("lag")),
            ])
        {
            Value(page, "times", "samples", column).Should().Be(times.GetProperty("count").GetDouble());
            Value(page, "times", "shortest", column).Should().Be(times.GetProperty("min_us").GetDouble());
            Value(page, "times", "mean", column).Should().Be(times.GetProperty("mean_us").GetDouble());
            Value(page, "times", "standard deviation", column).Should().Be(times.GetProperty("stddev_us").GetDouble());
            Value(page, "times", "longest", column).Should().Be(times.GetProperty("max_us").GetDouble());
            foreach (JsonProperty percentile in times.GetProperty("percentiles").EnumerateObject())
                Value(page, "times", percentile.Name[..^3], column).Should().Be(percentile.Value.GetDouble());
        }

        string[] outcomes =
            ["planned", "sent", "ok", "wrong", "error", "timed_out", "refused", "not_sent", "reset", "end_of_stream", "unanswered"];
        foreach (string name in outcomes)
        {
            string row = name == "error" ? "error answer" : name.Replace('_', ' ');
            Value(page, "outcomes", row, "requests").Should().Be(root.GetProperty("totals").GetProperty(name).GetDouble(), name);
            Value(page, "outcomes", row, "in the warm-up").Should().Be(root.GetProperty("warmup").GetProperty(name).GetDouble(), name);
        }

        Value(page, "outcomes", "late", "requests").Should().Be(root.GetProperty("totals").GetProperty("late").GetDouble());
        Value(page, "thresholds", "p99<10ms", "Measured").Should().Be(root.GetProperty("thresholds")[0].GetProperty("actual").GetDouble());
        Value(page, "outage-table", "12\u00A0s", "Requests lost").Should().Be(1950);
        Value(page, "path", "rttvar_us", "median").Should().Be(17);
        Value(page, "path", "retransmitted_segments", "all together").Should().Be(3);
        Value(page, "connections", "made", "number").Should().Be(101);
        Tile(page, "throughput").Should().Be(root.GetProperty("throughput_per_s").GetDouble());
        Tile(page, "errors").Should().Be(root.GetProperty("error_percent").GetDouble());
    }

    [Fact]
    public void It_shows_every_interval_in_figures()
    {
        RecordedBench run = SampleBench.Open();
        XElement page = Render(run);

        foreach (BenchInterval interval in run.Result.Series)
        {
            string row = $"{interval.Start.TotalSeconds}\u00A0s";
            Value(page, "series-A", row, "right sums").Should().Be(interval.Counts.Ok);
            Value(page, "series-A", row, "refused").Should().Be(interval.Counts.Refused);
            Value(page, "series-A", row, "p99").Should().Be(interval.Percentiles[2].Value!.Value.TotalMicroseconds);
            Value(page, "series-A", row, "longest").Should().Be(interval.Max!.Value.TotalMicroseconds);
        }
    }

    [Fact]
    public void It_holds_runs_against_the_first_and_says_what_they_differ_in()
    {
        XElement page = Render(SampleBench.Open(), SampleBench.Open(seed: 2, scale: 1.6, gone: 9), SampleBench.Closed());

        Value(page, "comparison", "throughput", "C").Should().Be(SampleBench.Closed().Result.Throughput);
        CellOf(page, "comparison", "p50", "B against A").Value.Should().MatchRegex(@"^\+(59|60)\.\d\s% ✗\sworse$");
        CellOf(page, "comparison", "errors", "B against A").Value.Should().EndWith("no\u00A0difference");
        CellOf(page, "comparison", "throughput", "B against A").Value.Should().EndWith("% not judged: the rate was given");
        CellOf(page, "comparison", "errors", "C against A").Value.Should().EndWith("✓\u00A0better");
        CellOf(page, "comparison", "p50", "C against A").Value.Should().EndWith("not judged: errors differ");
        page.Value.Should().Contain("Errors differ: look at them first.").And.Contain(
            "The runs were not asked the same, or not in the same place: loop, rate asked for.", "another server is why they are compared");
        page.Descendants("td").Count(cell => (string?)cell.Attribute("class") == "differs").Should().Be(9, "three settings of three runs");
        Figure(page, "curve").Descendants("path").Count(path => path.Parent!.Attribute("class")?.Value == "data").Should()
            .Be(5, "two open loops and a closed one");
    }

    [Fact]
    public void A_chart_has_its_lines_its_outages_and_words_for_those_who_do_not_see_it()
    {
        XElement page = Render(SampleBench.Open());

        string[] charts = [.. page.Descendants("figure").Select(figure => figure.Attribute("id")!.Value)];
        charts.Should().Equal("throughput", "latency", "failures", "outages", "curve");
        foreach (XElement picture in page.Descendants("svg").Where(svg => (string?)svg.Attribute("role") == "img"))
        {
            picture.Attribute("aria-label")!.Value.Length.Should().BeGreaterThan(40);
            picture.Descendants("path").Should().NotBeEmpty().And.OnlyContain(path => path.Attribute("d")!.Value.StartsWith('M'));
            picture.Descendants("title").Should().HaveCountGreaterThanOrEqualTo(20, "one for each interval, or each point of the curve");
        }

        Figure(page, "latency").Descendants("rect").Count(rect => (string?)rect.Attribute("class") == "outage run0").Should().Be(2);
        Figure(page, "latency").Attribute("id").Should().NotBeNull();
        Figure(page, "failures").Descendants("title").ElementAt(12).Value.Should().Contain("950 refused, 50 reset");
        Figure(page, "outages").Descendants("title").ElementAt(13).Value.Should()
            .Contain("connection reset by peer, 2.004\u00A0s until all had answered again, 1,950 requests lost");
    }

    [Fact]
    public void What_a_name_holds_never_becomes_markup()
    {
        RecordedBench run = SampleBench.Open();
        run = run with
        {
            Name = Hostile,
            Setting = run.Setting with
            {
                Program = Hostile,
                Version = Hostile,
                Address = Hostile,
                Transport = Hostile,
                Runtime = Hostile,
                Host = Hostile,
                System = Hostile,
                Architecture = Hostile,
            },
            Result = run.Result with
            {
                Outages = [run.Result.Outages[0] with { NoticedBy = Hostile }],
                Path = [new Spread(Hostile, 1, 1, 1, 1)],
                Thresholds = [run.Result.Thresholds[0] with { Threshold = run.Result.Thresholds[0].Threshold with { Text = Hostile } }],
            },
        };

        XElement page = Render(run, run);

        page.Descendants("script").Should().ContainSingle();
        page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).Should()
            .NotContain(name => name.StartsWith("on", StringComparison.Ordinal));
        page.Value.Should().Contain("\"><script>alert(1)</script>&amp;'\\u202E\\u001B\uFFFD");
    }

    [Fact]
    public void It_needs_nothing_but_itself()
    {
        string text = Write(SampleBench.Open(), SampleBench.Closed());
        XElement page = XDocument.Parse(text.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;

        text.Should().NotContainAny("http:", "https:", "//cdn", "@import", "url(", "style=\"");
        page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href").Select(one => one.Value).Should()
            .Equal("data:,");
        string policy = page.Descendants("meta")
            .Select(meta => (string?)meta.Attribute("content"))
            .First(content => content?.StartsWith("default-src", StringComparison.Ordinal) == true)!;
        policy.Should().StartWith("default-src 'none';");
        foreach (string asset in (string[])["script", "style"])
        {
            string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(page.Descendants(asset).Single().Value)));
            policy.Should().Contain($"{asset}-src 'sha256-{hash}'");
        }
    }

    [Fact]
    public void A_run_that_measured_nothing_has_a_page_that_says_so()
    {
        XElement page = Render(SampleBench.Unreachable());

        page.Value.Should().Contain("server not reached, exit code 5: never connected").And.Contain("Nothing was measured.");
        CellOf(page, "times", "p99", "from when sent").Value.Should().Be("n/a");
        Render(SampleBench.Unreachable(), SampleBench.Open()).Descendants("figure").Should().NotBeEmpty();
    }

    [Fact]
    public void A_day_of_intervals_is_still_a_page()
    {
        RecordedBench run = SampleBench.Closed();
        BenchInterval one = run.Result.Series[0];
        BenchInterval[] day =
            [.. Enumerable.Range(0, 86_400).Select(i => one with { Start = TimeSpan.FromSeconds(i), End = TimeSpan.FromSeconds(i + 1) })];
        day[50_000] = one with { Start = day[50_000].Start, End = day[50_000].End, Max = TimeSpan.FromSeconds(7) };

        string text = Write(run with { Result = run.Result with { Series = day, Duration = TimeSpan.FromDays(1) } });

        text.Length.Should().BeLessThan(10_000_000);
        text.Should().Contain("longest 7.000\u00A0s (n=", "the worst is reported, whatever is left out beside it");
    }

    [Fact]
    public void It_shows_connects_where_there_are_any()
    {
        RecordedBench run = SampleBench.WithConnects();
        BenchConnects connects = run.Result.Connects!;
        XElement page = Render(run);

        Tile(page, "connects a second").Should().Be(connects.PerSecond);
        Value(page, "connections", "connects in the measured time", "number").Should().Be(connects.Made);
        Value(page, "connections", "of its attempts failed", "number").Should().Be(connects.Failed);
        Value(page, "times", "shortest", "connect").Should().Be(11);
        Value(page, "times", "longest", "connect to first right answer").Should().Be(1e6);
        CellOf(page, "settings", "requests on each", "this run").Value.Should().Be("1");
        page.Descendants("th").Should().Contain(head => head.Value == "connects a second");

        XElement both = Render(run, SampleBench.Closed());
        CellOf(both, "settings", "requests on each", "B").Value.Should().Be("no limit");
        CellOf(both, "connections", "the same a second", "B").Value.Should().BeEmpty();
        Write(SampleBench.Closed()).Should().NotContain("connects").And.NotContain("requests on each");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void There_are_one_to_eight_runs(int count) =>
        ((Action)(() => ReportPage.Write(Stream.Null, [.. Enumerable.Repeat(SampleBench.Unreachable(), count)])))
            .Should().Throw<ArgumentOutOfRangeException>();

    private static string Write(params RecordedBench[] runs)
    {
        using MemoryStream page = new();
        ReportPage.Write(page, runs);
        return Encoding.UTF8.GetString(page.ToArray());
    }

    private static XElement Render(params RecordedBench[] runs) =>
        XDocument.Parse(Write(runs).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;

    private static XElement Figure(XElement page, string id) =>
        page.Descendants("figure").Single(figure => figure.Attribute("id")!.Value == id);

    private static XElement CellOf(XElement page, string table, string row, string column)
    {
        XElement found = page.Descendants("table").Single(one => (string?)one.Attribute("id") == table);
        int at = found.Element("thead")!.Element("tr")!.Elements().ToList().FindIndex(head => head.Value == column);
        at.Should().BePositive($"{table} has {column}");
        XElement line = found.Element("tbody")!.Elements("tr")
            .Single(one => one.Element("th")!.Value is var name && (name == row || name.StartsWith($"{row}:", StringComparison.Ordinal)));
        return line.Elements().ElementAt(at);
    }

    private static double Value(XElement page, string table, string row, string column) => Read(CellOf(page, table, row, column));

    private static double Tile(XElement page, string name) =>
        Read(page.Descendants("dl").Single().Elements("div").Single(tile => tile.Element("dt")!.Value == name));

    private static double Read(XElement element) =>
        double.Parse(element.Descendants("data").Single().Attribute("value")!.Value, NumberStyles.Float, CultureInfo.InvariantCulture);
}
