using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Reports;

/// <summary>From a real idle or storm to its page.</summary>
public sealed class RunToReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sumsocket-report-").FullName;

    public static TheoryData<string, string[], string> Runs => new()
    {
        { Programs.TcpClient, ["idle", "--loopback", "--for", "100ms..400ms"], "Silent connections to tcp " },
        { Programs.TcpClient, ["idle", "--loopback", "--for", "200ms", "-c", "20"], "20 connections held silent for 200 ms" },
        { Programs.UdpClient, ["idle", "--loopback", "--for", "100ms..200ms"], "Silent connections to udp " },
        { Programs.TcpClient, ["storm", "--loopback", "-c", "50", "--rounds", "2", "--cut", "rst"], "Storm on tcp " },
    };

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Runs))]
    public async Task The_page_of_a_run_is_what_a_report_of_its_JSON_is(string program, string[] arguments, string words)
    {
        string page = At("a.html"), report = At("b.html");

        await using ChildProcess run = await ChildProcess.RunAsync(program, [.. arguments, "--json", "--report", page]);
        (await run.ExitAsync()).Should().Be(0, run.Error.Text);
        await File.WriteAllTextAsync(At("a.json"), run.Output.Text);
        await using ChildProcess made = await ChildProcess.RunAsync(program, "report", At("a.json"), "-o", report);

        (await made.ExitAsync()).Should().Be(0, made.Error.Text);
        string text = await File.ReadAllTextAsync(page);
        text.Should().Be(await File.ReadAllTextAsync(report)).And.Contain(words);
        JsonDocument.Parse(run.Output.Text).RootElement.GetProperty("program").GetProperty("name").GetString().Should()
            .Be(arguments[0] == "idle" && words.Contains("udp", StringComparison.Ordinal) ? "UdpClient" : "TcpClient");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("idle", "--for", "1h")]
    [InlineData("storm", "-c", "50")]
    public async Task A_page_that_cannot_be_written_is_reported_before_anything_is_sent(params string[] arguments)
    {
        await using ChildProcess run = await ChildProcess.RunAsync(
            Programs.TcpClient, [.. arguments, "--loopback", "--report", At("nowhere/a.html")]);

        (await run.ExitAsync()).Should().Be(2);
        run.Output.Text.Should().BeEmpty();
        run.Error.Lines.Should().ContainSingle().Which.Should().StartWith("TcpClient: --report: cannot write '");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_storm_without_a_server_has_a_page_that_says_so()
    {
        await using ChildProcess run = await ChildProcess.RunAsync(
            Programs.TcpClient, "storm", "-c", "5", "-p", "1", "--report", At("a.html"));

        (await run.ExitAsync()).Should().Be(5);
        (await File.ReadAllTextAsync(At("a.html"))).Should().Contain("exit code 5").And.Contain("Nothing was cut.").And.EndWith("</html>");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("idle.json", "storm.json")]
    [InlineData("open.json", "idle.json")]
    [InlineData("--merge", "storm.json", "open.json")]
    public async Task Only_benches_are_compared_or_added_up(params string[] arguments)
    {
        IEnumerable<string> words =
            arguments.Select(one => one[0] == '-' ? one : Path.Combine(Programs.Root, "tests", "samples", one));
        await using ChildProcess report = await ChildProcess.RunAsync(Programs.TcpClient, ["report", .. words, "-o", At("a.html")]);

        (await report.ExitAsync()).Should().Be(2);
        report.Error.Lines.Should().ContainSingle().Which.Should()
            .EndWith(".json' is no result of a bench, and only those are compared or added up: give it alone");
        File.Exists(At("a.html")).Should().BeFalse();
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string file) => Path.Combine(_folder, file);
}
