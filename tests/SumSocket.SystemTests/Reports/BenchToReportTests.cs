using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Reports;

/// <summary>From a real bench to its page.</summary>
public sealed class BenchToReportTests : IDisposable
{
    private static readonly string[] _bench = ["bench", "--loopback", "-c", "4", "--warmup", "0", "--interval", "200ms"];

    private readonly string _folder = Directory.CreateTempSubdirectory("sumsocket-report-").FullName;

    public static TheoryData<string, string, string[]> Benches => new()
    {
        { Programs.TcpClient, "json", ["-d", "1s", "-r", "500", "--threshold", "p99<1us", "--threshold", "errors<1%"] },
        { Programs.TcpClient, "ndjson", ["-n", "2000"] },
        { Programs.UdpClient, "json", ["-d", "1s", "-r", "500"] },
    };

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Benches))]
    public async Task The_page_of_a_bench_is_what_a_report_of_its_JSON_is_and_both_say_what_the_JSON_says(
        string program, string form, string[] options)
    {
        string json = At("a.json"), page = At("a.html"), report = At("b.html");

        await using ChildProcess bench = await ChildProcess.RunAsync(
            program, [.. _bench, .. options, "--output", form, "-o", json, "--report", page]);
        int code = await bench.ExitAsync();
        await using ChildProcess made = await ChildProcess.RunAsync(program, "report", json, "-o", report);

        (await made.ExitAsync()).Should().Be(0, made.Error.Text);
        string text = await File.ReadAllTextAsync(page);
        text.Should().Be(await File.ReadAllTextAsync(report));
        string last = form == "ndjson" ? File.ReadLines(json).Last() : await File.ReadAllTextAsync(json);
        JsonElement root = JsonDocument.Parse(last).RootElement;
        root.GetProperty("exit_code").GetInt32().Should().Be(code);
        await using Chromium browser = await Chromium.StartAsync();
        await browser.OpenAsync(page);
        browser.Complaints.Should().BeEmpty();
        JsonElement times = root.GetProperty("latency")
            .GetProperty(root.GetProperty("used").GetProperty("mode").GetString() == "open" ? "corrected" : "uncorrected");
        (await FigureAsync(browser, "times", "samples")).Should().Be(times.GetProperty("count").GetDouble());
        (await FigureAsync(browser, "times", "p99")).Should().Be(times.GetProperty("percentiles").GetProperty("p99_us").GetDouble());
        (await FigureAsync(browser, "times", "longest")).Should().Be(times.GetProperty("max_us").GetDouble());
        (await FigureAsync(browser, "outcomes", "ok: the right sum came")).Should()
            .Be(root.GetProperty("totals").GetProperty("ok").GetDouble());
        // The first tile is that of the errors.
        (await browser.EvaluateAsync("Number(document.querySelectorAll('.tiles data')[1].value)")).GetDouble().Should()
            .Be(root.GetProperty("throughput_per_s").GetDouble());
    }

    [Fact(Timeout = 120_000)]
    public async Task Interrupted_a_bench_still_makes_its_page()
    {
        await using ChildProcess bench = ChildProcess.Start(
            Programs.TcpClient, [.. _bench, "-d", "1h", "--output", "ndjson", "--report", At("a.html")]);
        await bench.Output.MatchAsync("\"interval\"");
        bench.Send(Signal.Interrupt);

        (await bench.ExitAsync()).Should().Be(0, bench.Error.Text);
        (await File.ReadAllTextAsync(At("a.html"))).Should().Contain("interrupted, exit code 0: nothing failed").And.EndWith("</html>");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bench_whose_result_cannot_be_written_still_makes_its_page()
    {
        await using ChildProcess bench = await ChildProcess.RunAsync(
            Programs.TcpClient, [.. _bench, "-d", "300ms", "--output", "json", "-o", "/dev/full", "--report", At("a.html")]);

        (await bench.ExitAsync()).Should().Be(1);
        (await File.ReadAllTextAsync(At("a.html"))).Should().EndWith("</html>");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_that_cannot_be_written_is_reported_before_an_hour_is_measured()
    {
        await File.WriteAllTextAsync(At("a.csv"), "of yesterday");

        await using ChildProcess bench = await ChildProcess.RunAsync(
            Programs.TcpClient, [.. _bench, "-d", "1h", "--output", "csv", "-o", At("a.csv"), "--report", At("nowhere/a.html")]);

        (await bench.ExitAsync()).Should().Be(2);
        bench.Error.Lines.Should().ContainSingle().Which.Should().StartWith("TcpClient: --report: cannot write '");
        (await File.ReadAllTextAsync(At("a.csv"))).Should().Be("of yesterday", "nothing took its place");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_takes_the_place_of_a_longer_one_when_there_is_something_to_put_there()
    {
        string old = new('x', 1_000_000);
        await File.WriteAllTextAsync(At("a.html"), old);

        await using (ChildProcess first = await ChildProcess.RunAsync(
            Programs.TcpClient, [.. _bench, "-d", "1h", "--output", "csv", "-o", "/dev/full", "--report", At("a.html")]))
            (await first.ExitAsync()).Should().Be(1, "not even the header could be written");
        (await File.ReadAllTextAsync(At("a.html"))).Should().Be(old);
        await using ChildProcess second = await ChildProcess.RunAsync(
            Programs.TcpClient, [.. _bench, "-d", "300ms", "--report", At("a.html")]);

        (await second.ExitAsync()).Should().Be(0, second.Error.Text);
        (await File.ReadAllTextAsync(At("a.html"))).Should().StartWith("<!DOCTYPE html>").And.EndWith("</html>");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string file) => Path.Combine(_folder, file);

    private static async Task<double> FigureAsync(Chromium browser, string table, string row)
    {
        JsonElement figure = await browser.EvaluateAsync(
            $"Number([...document.querySelectorAll('#{table} tbody tr')]" +
            $".find(one => one.firstElementChild.textContent === '{row}').querySelector('data').value)");
        return figure.GetDouble();
    }
}
