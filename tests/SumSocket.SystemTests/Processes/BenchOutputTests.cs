using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>What a bench writes is whole, whatever ends it.</summary>
public sealed class BenchOutputTests
{
    private static readonly string[] _endless = ["bench", "--loopback", "-c", "4", "-d", "1h", "--warmup", "0", "--interval", "200ms"];

    [Fact(Timeout = 60_000)]
    public async Task Interrupted_it_still_writes_its_object()
    {
        await using ChildProcess bench = ChildProcess.Start(Programs.TcpClient, [.. _endless, "--output", "json"]);

        await InterruptAsync(bench);

        BenchOutcome outcome = await BenchOutcome.EndAsync(bench);
        (outcome.Code, outcome.Json.GetProperty("end").GetString(), outcome.Error).Should().Be((0, "interrupted", ""));
        outcome["ok"].Should().BePositive();
    }

    [Fact(Timeout = 60_000)]
    public async Task Interrupted_it_still_writes_whole_lines_and_the_result()
    {
        await using ChildProcess bench = ChildProcess.Start(Programs.TcpClient, [.. _endless, "--output", "ndjson"]);
        await bench.Output.MatchAsync("\"interval\"");
        bench.Send(Signal.Interrupt);

        BenchOutcome outcome = await BenchOutcome.EndAsync(bench, isLines: true);
        outcome.Code.Should().Be(0);
        List<JsonElement> lines = [.. bench.Output.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
        lines.Sum(line => line.TryGetProperty("ok", out JsonElement ok) ? ok.GetInt64() : 0).Should().Be(outcome["ok"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Interrupted_it_still_writes_whole_rows()
    {
        await using ChildProcess bench = ChildProcess.Start(Programs.TcpClient, [.. _endless, "--output", "csv"]);
        await bench.Output.MatchAsync("^0,");
        bench.Send(Signal.Interrupt);

        (await bench.ExitAsync()).Should().Be(0);
        int columns = bench.Output.Lines[0].Split(',').Length;
        bench.Output.Lines.Should().HaveCountGreaterThan(1).And.OnlyContain(
            line => line.Split(',', StringSplitOptions.None).Length == columns);
    }

    [Fact(Timeout = 60_000)]
    public async Task Interrupted_it_still_writes_its_page()
    {
        await using ChildProcess bench = ChildProcess.Start(Programs.TcpClient, _endless);

        await InterruptAsync(bench);

        (await bench.ExitAsync()).Should().Be(0);
        bench.Output.Text.Should().Contain("throughput ").And.Contain("interrupted  after ");
    }

    [Fact(Timeout = 60_000)]
    public async Task With_no_reader_it_ends()
    {
        await using ChildProcess shell = ChildProcess.Shell(
            $"{Programs.TcpClient} {string.Join(' ', _endless)} --output ndjson | head -1; exit ${{PIPESTATUS[0]}}");

        (await shell.ExitAsync()).Should().Be(141);
        JsonDocument.Parse(shell.Output.Text).RootElement.GetProperty("type").GetString().Should().Be("interval");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ndjson | head -1; exit ${PIPESTATUS[0]}", 141)]
    [InlineData("ndjson -o /dev/full", 1)]
    public async Task The_page_is_made_of_what_was_measured_until_the_figures_had_no_reader_any_more(string output, int code)
    {
        string page = Path.GetTempFileName();
        try
        {
            await using ChildProcess shell = ChildProcess.Shell(
                $"{Programs.TcpClient} {string.Join(' ', _endless)} --report {page} --output {output}");

            (await shell.ExitAsync()).Should().Be(code, shell.Error.Text);
            (await File.ReadAllTextAsync(page)).Should().EndWith("</html>").And.Contain("interrupted");
        }
        finally
        {
            File.Delete(page);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task It_writes_to_a_file_when_an_option_says_so()
    {
        string file = Path.GetTempFileName();
        try
        {
            await using ChildProcess bench = await ChildProcess.RunAsync(
                Programs.TcpClient, "bench", "--loopback", "-n", "500", "--warmup", "0", "--output", "json", "-o", file);

            (await bench.ExitAsync()).Should().Be(0);
            bench.Output.Text.Should().BeEmpty();
            JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
                .RootElement.GetProperty("totals").GetProperty("ok").GetInt64().Should().Be(500);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_disk_that_fills_leaves_the_older_result_as_it_was()
    {
        Tools.Require("unshare");
        Tools.RequireRoot();
        string folder = Directory.CreateTempSubdirectory("sumsocket").FullName;
        try
        {
            // a disk of 64 KiB in a mount namespace of its own; the page alone is longer
            string bench = $"{Programs.TcpClient} bench --loopback -c 2 --warmup 0 --interval 2ms -q";
            await using ChildProcess shell = ChildProcess.Start("unshare", ["-m", "/bin/bash", "-c",
                $"""
                mount -t tmpfs -o size=64k none {folder} || exit 9
                cd {folder}
                echo older | tee a.json > a.html
                {bench} -d 3s --output ndjson -o a.json; echo "code $?"
                {bench} -d 300ms --report a.html > /dev/null; echo "code $?"
                cat a.json a.html
                ls -A
                """]);

            (await shell.ExitAsync()).Should().Be(0, shell.Error.Text);
            shell.Output.Lines.Where(line => line.Length > 0).Should()
                .Equal(["code 1", "code 1", "older", "older", "a.html", "a.json"], shell.Error.Text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task When_the_server_dies_for_good_the_result_is_whole()
    {
        ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess bench = ChildProcess.Start(
            Programs.TcpClient,
            ["bench", "-p", $"{server.Port}", "-c", "4", "-d", "3s", "--warmup", "0", "--interval", "200ms", "--output", "ndjson"]);
        await bench.Output.MatchAsync("\"interval\"");
        await server.DisposeAsync();

        BenchOutcome outcome = await BenchOutcome.EndAsync(bench, isLines: true);
        outcome.Code.Should().Be(1);
        outcome.Json.GetProperty("outages")[0].GetProperty("duration_s").ValueKind.Should().Be(JsonValueKind.Null);
    }

    private static async Task InterruptAsync(ChildProcess bench)
    {
        // Nothing is written before the end: it must have taken the signal over, and measured something.
        await Eventually.PassesAsync(TimeSpan.FromSeconds(3));
        bench.Send(Signal.Interrupt);
    }
}
