using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Reports;

/// <summary>The pages of bench, idle and storm as a reader gets them: in a browser.</summary>
public sealed class ReportTests : IDisposable
{
    // The folder SCREENSHOTS of the environment gets a picture of every page, for a person to look at.
    private static readonly string? _pictures = Environment.GetEnvironmentVariable("SCREENSHOTS");

    private readonly string _folder = Directory.CreateTempSubdirectory("sumsocket-report-").FullName;

    [Theory(Timeout = 120_000)]
    [InlineData(1280, false, "open.json")]
    [InlineData(1280, true, "open.json")]
    [InlineData(400, false, "open.json")]
    [InlineData(400, true, "closed.json")]
    [InlineData(1280, false, "open.json", "slower.json")]
    [InlineData(1280, true, "open.json", "slower.json", "closed.json")]
    [InlineData(400, true, "open.json", "slower.json")]
    [InlineData(1280, false, "idle.json")]
    [InlineData(1280, true, "idle.json")]
    [InlineData(400, false, "idle.json")]
    [InlineData(400, true, "hold.json")]
    [InlineData(1280, false, "hold.json")]
    [InlineData(1280, true, "storm.json")]
    [InlineData(1280, false, "storm.json")]
    [InlineData(400, true, "storm.json")]
    public async Task It_draws_its_charts_without_a_complaint_and_without_the_network(int width, bool dark, params string[] samples)
    {
        string page = await ReportAsync([.. samples.Select(Sample)]);
        await using Chromium browser = await Chromium.StartAsync();

        await browser.OpenAsync(page, width, dark);

        await KeepPictureAsync(
            browser, $"{string.Join('-', samples.Select(Path.GetFileNameWithoutExtension))}-{width}-{(dark ? "dark" : "light")}");
        (await browser.EvaluateAsync("document.documentElement.dataset.ready")).GetString().Should()
            .Be("true", "the script ran to its end");
        browser.Complaints.Should().BeEmpty();
        browser.Requests.Should().OnlyContain(address => address == new Uri(page).AbsoluteUri || address == "data:,");
        (await browser.EvaluateAsync("[...document.querySelectorAll('.data path')].filter(path => path.getTotalLength() > 0).length"))
            .GetInt32().Should().BeGreaterThanOrEqualTo(samples[0] is "idle.json" or "hold.json" or "storm.json" ? 3 : 5 * samples.Length);
        (await browser.EvaluateAsync("[...document.querySelectorAll('svg.picture')].every(one => one.getBoundingClientRect().height > 50)"))
            .GetBoolean().Should().BeTrue();
        (await browser.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32().Should()
            .BeLessThanOrEqualTo(width, "only tables scroll sideways");
        (await browser.EvaluateAsync(Overlaps)).EnumerateArray().Should().BeEmpty("no label covers another");
        (await browser.EvaluateAsync(Contrast)).GetDouble().Should().BeGreaterThan(4.5, "WCAG asks as much of text");
        (await browser.FindFaultsAsync()).Should().BeEmpty("axe looks for what keeps people out");
    }

    [Fact(Timeout = 120_000)]
    public async Task Pointing_at_an_interval_shows_its_figures_and_marks_it_in_the_charts_beside()
    {
        string page = await ReportAsync(Sample("open.json"), Sample("slower.json"));
        await using Chromium browser = await Chromium.StartAsync();
        await browser.OpenAsync(page);

        JsonElement place = await browser.EvaluateAsync(
            """
            (() => {
              const hit = document.querySelectorAll("#latency .hits rect")[6];
              hit.scrollIntoView({ block: "center" });
              const box = hit.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            })()
            """);
        await browser.PointAsync(place[0].GetDouble(), place[1].GetDouble());

        string tip = (await browser.EvaluateAsync("document.getElementById('tip').textContent")).GetString()!;
        await KeepPictureAsync(browser, "pointing");
        tip.Should().MatchRegex(@"^6\ss to 7\ss\nA p50 \d{3}\.\d\sms, p99 \d{3}\.\d\sms, longest .*\(n=1,000\)\nB p50 ");
        (await browser.EvaluateAsync("document.getElementById('tip').hidden")).GetBoolean().Should().BeFalse();
        (await browser.EvaluateAsync("[...document.querySelectorAll('.cursor.on')].map(one => one.closest('figure').id)"))
            .EnumerateArray().Select(id => id.GetString()).Should().Equal("throughput", "latency", "failures-A", "failures-B", "outages");
        (await browser.EvaluateAsync(
            """
            (() => {
              const picture = document.querySelector("#latency .picture");
              picture.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
              return document.getElementById("tip").textContent;
            })()
            """)).GetString().Should().MatchRegex(@"^7\ss to 8\ss\n");
        browser.Complaints.Should().BeEmpty();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_name_that_is_a_script_is_shown_and_does_not_run()
    {
        const string Name = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";
        string hostile = Path.Combine(_folder, "<b>hostile.json");
        string json = await File.ReadAllTextAsync(Sample("open.json"));
        await File.WriteAllTextAsync(
            hostile, json.Replace("\"host\":\"sample\"", $"\"host\":{JsonSerializer.Serialize(Name)}", StringComparison.Ordinal));
        string page = await ReportAsync(hostile, Sample("closed.json"));
        await using Chromium browser = await Chromium.StartAsync();

        await browser.OpenAsync(page);

        (await browser.EvaluateAsync("document.title")).GetString().Should().Be("2 benches compared");
        (await browser.EvaluateAsync("document.querySelectorAll('script').length")).GetInt32().Should().Be(1);
        (await browser.EvaluateAsync("document.querySelectorAll('img, b').length")).GetInt32().Should().Be(0);
        (await browser.EvaluateAsync("document.getElementById('settings').textContent")).GetString().Should().Contain(Name);
        browser.Complaints.Should().BeEmpty();
    }

    [Theory(Timeout = 120_000)]
    [InlineData("open.json")]
    [InlineData("idle.json")]
    [InlineData("hold.json")]
    [InlineData("storm.json")]
    public async Task It_prints_on_a_few_pages_in_the_dark_too(string sample)
    {
        string page = await ReportAsync(Sample(sample));
        await using Chromium browser = await Chromium.StartAsync();
        await browser.OpenAsync(page, dark: true);

        byte[] paper = await browser.PrintAsync();

        if (_pictures is not null)
            await File.WriteAllBytesAsync(Path.Combine(_pictures, $"{sample}.pdf"), paper);
        System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(paper), @"/Type\s*/Page\b").Should()
            .BeInRange(2, 6);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("idle.json", "silences-server", 2, "4 s of silence\nanswered\nTCP keep-alive: none")]
    [InlineData("hold.json", "hold", 2, "9,990 open\n0 ended: FIN")]
    [InlineData("storm.json", "back", 0, "round 1: 0")]
    public async Task Pointing_at_a_silence_or_an_instant_says_what_was_there(string sample, string chart, int number, string words)
    {
        string page = await ReportAsync(Sample(sample));
        await using Chromium browser = await Chromium.StartAsync();
        await browser.OpenAsync(page);

        JsonElement place = await browser.EvaluateAsync(
            $$"""
            (() => {
              const hit = document.querySelectorAll("#{{chart}} .hits rect")[{{number}}];
              hit.scrollIntoView({ block: "center" });
              const box = hit.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            })()
            """);
        await browser.PointAsync(place[0].GetDouble(), place[1].GetDouble());

        await KeepPictureAsync(browser, $"pointing-{chart}");
        (await browser.EvaluateAsync("document.getElementById('tip').hidden")).GetBoolean().Should().BeFalse();
        (await browser.EvaluateAsync("document.getElementById('tip').textContent")).GetString().Should().Contain(words);
        browser.Complaints.Should().BeEmpty();
    }

    [Theory(Timeout = 120_000)]
    [InlineData("{\"schema_version\":2}", "is no result of bench, idle or storm: its schema version is 2, and only 1 is known here")]
    [InlineData("PK", "is no result of bench, idle or storm: not JSON, or cut off")]
    public async Task A_file_that_is_no_result_is_one_line_and_exit_2(string content, string refusal)
    {
        string file = Path.Combine(_folder, "x.json"), page = Path.Combine(_folder, "x.html");
        await File.WriteAllTextAsync(file, content);

        await using ChildProcess report = await ChildProcess.RunAsync(Programs.UdpClient, "report", file, "-o", page);

        (await report.ExitAsync()).Should().Be(2);
        report.Error.Lines.Should().ContainSingle().Which.Should().StartWith("UdpClient: report: '").And.EndWith(refusal);
        File.Exists(page).Should().BeFalse();
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_a_file_several_are_compared_as_text()
    {
        await using ChildProcess report = await ChildProcess.RunAsync(
            Programs.TcpClient, "report", Sample("open.json"), Sample("slower.json"), Sample("closed.json"));

        (await report.ExitAsync()).Should().Be(0, report.Error.Text);
        report.Output.Lines.Should().OnlyContain(line => line.Length <= 100).And.ContainMatch("B against A *change")
            .And.ContainMatch("p50 *✗ worse").And.ContainMatch("throughput *not judged: the rate was given");
        report.Error.Text.Should().BeEmpty();
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Sample(string name) => Path.Combine(Programs.Root, "tests", "samples", name);

    private async Task<string> ReportAsync(params string[] results)
    {
        string page = Path.Combine(_folder, "report.html");
        await using ChildProcess report = await ChildProcess.RunAsync(Programs.TcpClient, ["report", .. results, "-o", page]);
        (await report.ExitAsync()).Should().Be(0, report.Error.Text);
        return page;
    }

    private static async Task KeepPictureAsync(Chromium browser, string name)
    {
        if (_pictures is not null)
            await File.WriteAllBytesAsync(Path.Combine(_pictures, $"{name}.png"), await browser.CaptureAsync());
    }

    /// <summary>Labels of a chart that can be seen and cover one another, or stick out of the window.</summary>
    private const string Overlaps =
        """
        [...document.querySelectorAll("svg.picture")].flatMap(picture => {
          const seen = [...picture.querySelectorAll("text")]
            .map(one => ({ text: one.textContent, box: one.getBoundingClientRect() }))
            .filter(one => one.box.width > 0);
          const bad = seen
            .filter(one => one.box.left < 0 || one.box.right > document.documentElement.clientWidth)
            .map(one => one.text + " sticks out");
          seen.forEach((a, i) => seen.slice(i + 1).forEach(b => {
            if (a.box.left < b.box.right && b.box.left < a.box.right && a.box.top < b.box.bottom - 2 && b.box.top < a.box.bottom - 2)
              bad.push(a.text + " covers " + b.text + " in " + picture.closest("figure").id);
          }));
          return bad;
        })
        """;

    /// <summary>The least contrast of text against what is behind it, as WCAG 2 defines it.</summary>
    internal const string Contrast =
        """
        (() => {
          const light = color => {
            const [r, g, b] = color.match(/[\d.]+/g).map(Number).map(c => c / 255)
              .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const behind = one => {
            const color = getComputedStyle(one).backgroundColor;
            return color === "rgba(0, 0, 0, 0)" ? behind(one.parentElement) : color;
          };
          const inks = [...document.querySelectorAll("h1, h2, h3, p, li, dt, dd, td, th, summary, caption, footer, text, span")]
            .filter(one => one.textContent.trim());
          return Math.min(...inks.map(one => {
            const style = getComputedStyle(one);
            const pair = [light(one.tagName === "text" ? style.fill : style.color), light(behind(one))].sort((a, b) => b - a);
            return (pair[0] + 0.05) / (pair[1] + 0.05);
          }));
        })()
        """;
}
