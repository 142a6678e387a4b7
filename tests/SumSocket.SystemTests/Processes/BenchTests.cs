using System.Diagnostics;
using System.Text.Json;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Processes;

/// <summary>Whether what a bench reports is true.</summary>
public sealed class BenchTests
{
    [Fact(Timeout = 60_000)]
    public async Task Behind_a_relay_that_holds_each_answer_for_10_ms_the_median_is_10_ms_more()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using StreamRelay straight = new(server.Port);
        await using StreamRelay delaying = new(
            server.Port, new StreamFaults { Latency = TimeSpan.FromMilliseconds(10), IsExact = true });

        // At the same pace, since a machine that has slept for 10 ms takes its time to wake up.
        BenchOutcome direct = await BenchOutcome.RunAsync(Programs.TcpClient, "-p", $"{straight.Port}", "-c", "1", "-d", "5s", "-r", "95");
        BenchOutcome delayed = await BenchOutcome.RunAsync(Programs.TcpClient, "-p", $"{delaying.Port}", "-c", "1", "-d", "5s");

        double expected = 10 + direct.Ms("uncorrected", "p50_us");
        delayed.Ms("uncorrected", "p50_us").Should().BeApproximately(expected, 0.03 * expected);
        (direct.Code, delayed.Code).Should().Be((0, 0));
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_frozen_for_a_second_is_charged_for_every_request_that_was_due()
    {
        const double Ms = 0.05; // of the expected figure
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess bench = ChildProcess.Start(
            Programs.TcpClient, ["bench", "-p", $"{server.Port}", "-c", "10", "-r", "1000", "-d", "10s", "--output", "ndjson"]);
        await bench.Output.MatchAsync("\"start_s\":2");

        server.Process.Send(Signal.Stop);
        long frozenAt = Stopwatch.GetTimestamp();
        await Eventually.PassesAsync(TimeSpan.FromSeconds(1));
        server.Process.Send(Signal.Continue);
        double frozen = Stopwatch.GetElapsedTime(frozenAt).TotalMilliseconds;

        BenchOutcome outcome = await BenchOutcome.EndAsync(bench, isLines: true);
        (outcome.Code, outcome["planned"], outcome["ok"], outcome["sent"]).Should().Be((0, 10_000, 10_000, 10_000));
        // One request a millisecond was due in the meantime and waited for its end: of the 10,000 the slowest hundred for its last 100 ms
        // less.
        outcome.Ms("corrected", "max_us").Should().BeApproximately(frozen, Ms * frozen);
        outcome.Ms("corrected", "p99_us").Should().BeApproximately(frozen - 100, Ms * (frozen - 100));
        outcome.Ms("uncorrected", "max_us").Should().BeApproximately(frozen, Ms * frozen);
        outcome.Ms("uncorrected", "p99_us").Should().BeLessThan(frozen / 5, "ten requests saw it, which is none in a thousand");
        await server.StopAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("0")]
    [InlineData("2000")]
    public async Task It_goes_on_through_the_death_of_the_server_and_reports_it(string rate)
    {
        ServerProcess first = await ServerProcess.StartAsync();
        int port = first.Port;
        await using ChildProcess bench = ChildProcess.Start(
            Programs.TcpClient, ["bench", "-p", $"{port}", "-c", "8", "-P", "2", "-r", rate, "-d", "9s", "--output", "ndjson"]);
        await bench.Output.MatchAsync("\"start_s\":1");
        await first.DisposeAsync(); // kill -9
        await Eventually.PassesAsync(TimeSpan.FromSeconds(2));
        await using ServerProcess second = await ServerProcess.StartedAsync(ChildProcess.Start(Programs.TcpServer, ["--port", $"{port}"]));

        BenchOutcome outcome = await BenchOutcome.EndAsync(bench, isLines: true);

        // The kernel closes a dead server's sockets in no set order: while its listening socket is still there, connections lost are made
        // again, and lost again before they have answered, each with the one request that a fresh connection is sent.
        JsonElement connections = outcome.Json.GetProperty("connections");
        int lostConnections = connections.GetProperty("lost").GetInt32();
        lostConnections.Should().BeInRange(8, 16);
        connections.GetProperty("made").GetInt32().Should().Be(8 + lostConnections);
        int atMost = (8 * 2) + (lostConnections - 8);
        outcome.Code.Should().Be(1);
        outcome["wrong"].Should().Be(0);
        (outcome["reset"] + outcome["end_of_stream"]).Should()
            .BeInRange(rate == "0" ? atMost : 1, atMost, "what was under way was lost, once");
        outcome["refused"].Should().BePositive();
        outcome.Json.GetProperty("outage_count").GetInt32().Should().Be(1);
        JsonElement outage = outcome.Json.GetProperty("outages")[0];
        outage.GetProperty("connections").GetInt32().Should().Be(8);
        outage.GetProperty("noticed_by").GetString().Should().BeOneOf("connection closed by peer", "connection reset by peer");
        outage.GetProperty("first_answer_after_s").GetDouble().Should().BeInRange(2, 6);
        outage.GetProperty("duration_s").GetDouble().Should().BeInRange(2, 7);
        long lost = outcome["planned"] - outcome["ok"];
        outage.GetProperty("requests_lost").GetInt64().Should().Be(lost);
        if (rate != "0")
            outcome["planned"].Should().Be(18_000);
        await second.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_lies_is_found_out()
    {
        await using AnsweringServer liar = AnsweringServer.Start(_ => "{\"Sum\":12345678901}\n");

        BenchOutcome outcome = await BenchOutcome.RunAsync(
            Programs.TcpClient, "-p", $"{liar.Port}", "-c", "2", "-n", "100", "--warmup", "0");

        (outcome.Code, outcome["wrong"], outcome["ok"]).Should().Be((4, 100, 0));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_answers_everything_twice_is_found_out_although_every_sum_is_right()
    {
        await using AnsweringServer twice = AnsweringServer.Start(_ => "{\"Sum\":11}\n{\"Sum\":11}\n");

        await using ChildProcess ping = await ChildProcess.RunAsync(Programs.TcpClient, "-p", $"{twice.Port}", "-c", "2", "-i", "50ms");
        await using ChildProcess sum = await ChildProcess.RunAsync(Programs.TcpClient, "sum", "7", "4", "-p", $"{twice.Port}");
        BenchOutcome bench = await BenchOutcome.RunAsync(
            Programs.TcpClient, "-p", $"{twice.Port}", "-c", "1", "-r", "1", "-n", "1", "--warmup", "0");

        ping.Output.Text.Should().Contain("lost: protocol violation: an answer to no request");
        sum.Output.Text.Trim().Should().Be("11");
        (await ping.ExitAsync()).Should().NotBe(0);
        bench.Code.Should().NotBe(0);
        bench.Json.GetProperty("connections").GetProperty("violations").GetInt64().Should().BePositive();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false, "TcpClient: cannot connect to 127.0.0.1:1: connection refused")]
    [InlineData(true, "UdpClient: no answer from the server: connection refused")]
    public async Task Nothing_listening_is_one_line_and_exit_5(bool isUdp, string line)
    {
        BenchOutcome outcome = await BenchOutcome.RunAsync(isUdp ? Programs.UdpClient : Programs.TcpClient, "-p", "1");

        (outcome.Code, outcome.Error, outcome["planned"]).Should().Be((5, line, 0));
        outcome.Json.GetProperty("end").GetString().Should().Be("unreachable");
        outcome.Json.GetProperty("error_percent").GetDouble().Should().Be(100);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("throughput>1000m", 3)]
    [InlineData("errors<0.1%", 0)]
    [InlineData("p99<ten", 2)]
    public async Task A_threshold_decides(string threshold, int code)
    {
        ChildProcess bench = await ChildProcess.RunAsync(
            Programs.TcpClient, "bench", "--loopback", "-c", "2", "-d", "300ms", "--warmup", "0", "--threshold", threshold);
        await using (bench)
        {
            (await bench.ExitAsync()).Should().Be(code, bench.Error.Text);
            if (code == 2)
                bench.Error.Text.Should().StartWith("TcpClient: --threshold: 'p99<ten' is not a threshold: give one such as p99<10ms");
            else
                bench.Output.Text.Should().Contain($"{(code == 0 ? '✓' : '✗')} {threshold}");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Datagrams_are_measured_in_the_same_way()
    {
        await using ServerProcess server = await ServerProcess.StartUdpAsync();

        BenchOutcome outcome = await BenchOutcome.RunAsync(
            Programs.UdpClient, "-p", $"{server.Port}", "-c", "3", "-P", "4", "-r", "2000", "-d", "2s");

        (outcome.Code, outcome["planned"], outcome["ok"]).Should().Be((0, 4_000, 4_000));
        outcome.Json.GetProperty("path").GetProperty("late").GetProperty("sum").GetInt64().Should().Be(0);
        await server.StopUdpAsync();
    }
}
