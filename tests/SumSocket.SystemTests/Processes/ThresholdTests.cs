using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Thresholds as scripts use them: an exit code, and a line on stderr for each that was missed, whatever the output.</summary>
public sealed class ThresholdTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_ping_misses_one_and_keeps_others(bool isUdp, bool isJson)
    {
        string program = isUdp ? Programs.UdpClient : Programs.TcpClient;
        await using ChildProcess ping = await ChildProcess.RunAsync(
            program,
            ["--loopback", "-c", "100", "-i", "1ms", "--threshold", "p99<1us", "--threshold", "lost<1%", "--threshold", "availability>1%",
                .. isJson ? (string[])["--json"] : []]);

        (await ping.ExitAsync()).Should().Be(3, ping.Error.Text);
        ping.Error.Lines.Should().ContainSingle().Which.Should().MatchRegex(
            $@"^{(isUdp ? "UdpClient" : "TcpClient")}: ping: threshold missed: p99<1us \(\d+\.\d+ ms\)$");
        if (isJson)
        {
            JsonDocument.Parse(ping.Output.Lines[^1]).RootElement.GetProperty("thresholds").EnumerateArray()
                .Select(threshold => threshold.GetProperty("met").GetBoolean()).Should().Equal(false, true, true);
        }
        else
        {
            ping.Output.Text.Should().Contain("threshold ✗ p99<1us (").And.Contain("threshold ✓ lost<1% (0%)");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_percentile_that_the_run_cannot_show_is_refused_before_the_first_round()
    {
        await using ChildProcess ping = await ChildProcess.RunAsync(
            Programs.TcpClient, "--loopback", "-c", "10", "--threshold", "p99<50ms");

        (await ping.ExitAsync()).Should().Be(2);
        ping.Output.Text.Should().BeEmpty();
        ping.Error.Lines.Should().ContainSingle().Which.Should().Contain("give p90<50ms or max<50ms");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_was_cut_short_keeps_none_that_it_cannot_show()
    {
        await using ChildProcess ping = ChildProcess.Start(
            Programs.TcpClient, ["--loopback", "-c", "100", "-i", "100ms", "--threshold", "p99<50s"]);
        await ping.Output.MatchAsync("seq=3 ");
        ping.Send(Signal.Interrupt);

        (await ping.ExitAsync()).Should().Be(3, ping.Output.Text);
        ping.Error.Lines.Should().ContainSingle().Which.Should().MatchRegex(
            @"^TcpClient: ping: threshold missed: p99<50s \(not judged: it takes 100 samples, and there are \d\)$");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("ndjson")]
    [InlineData("csv")]
    public async Task A_bench_names_the_missed_one_and_its_file(string form)
    {
        string file = Path.GetTempFileName();
        try
        {
            await using ChildProcess bench = await ChildProcess.RunAsync(
                Programs.TcpClient, "bench", "--loopback", "-n", "500", "--warmup", "0", "--output", form, "-o", file,
                "--threshold", "max<1us", "--threshold", "errors<1");

            (await bench.ExitAsync()).Should().Be(3, bench.Error.Text);
            bench.Output.Text.Should().BeEmpty();
            bench.Error.Lines.Should().HaveCount(2);
            bench.Error.Lines[0].Should().MatchRegex(@"^TcpClient: bench: threshold missed: max<1us \(\d+\.\d+ ms\)$");
            bench.Error.Lines[1].Should().Be($"TcpClient: bench: wrote {file}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_storm_names_the_missed_one()
    {
        await using ChildProcess storm = await ChildProcess.RunAsync(
            Programs.TcpClient, "storm", "--loopback", "-c", "5", "--rounds", "1", "--json", "--threshold", "attempts<1");

        (await storm.ExitAsync()).Should().Be(3, storm.Error.Text);
        storm.Error.Lines.Should().ContainSingle().Which.Should().Be("TcpClient: storm: threshold missed: attempts<1 (5)");
    }
}
