using System.Net;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Cli;
using SumSocket.Commands.Connect;
using SumSocket.Measurement.Connects;
using SumSocket.Measurement.Ping;
using SumSocket.Tests.Commands.Bench;
using Xunit;

namespace SumSocket.Tests.Commands.Connect;

/// <summary>The forms of the result of connect; the JSON is held against its schema.</summary>
public sealed class ConnectReportTests
{
    private static readonly IPEndPoint _peer = new(IPAddress.Parse("10.0.0.9"), 443);

    private static readonly ConnectRound _connected = new(1, _peer, Ms(9.5), "")
    {
        Resolve = Ms(0.5),
        Connect = Ms(2.25),
        Handshake = Ms(6.125),
    };

    private static readonly ConnectRound _refused = new(2, _peer, Ms(0.75), "connection refused");

    private static readonly ConnectSummary _summary = new(2, 1)
    {
        Resolve = Times(0.5),
        Connect = Times(2.25),
        Handshake = Times(6.125),
        Time = Times(9.5),
        Outages = 1,
        RecentOutages = [new PingOutage(Ms(1000), "connection refused", null, 1)],
        AvailabilityPercent = 50,
    };

    [Fact]
    public void Text_has_a_line_for_each_round_and_a_figure_for_each_part()
    {
        Written(output => new ConnectText(output, "example.org:443", new ConnectProbeOptions { Count = 2 }, isQuiet: false)).Should().Be(
            """
            CONNECT example.org:443 (tcp): every 1s
            connected to 10.0.0.9:443: seq=1 resolve=0.500 ms connect=2.250 ms tls=6.125 ms time=9.500 ms
            seq=2 not connected: connection refused after 0.750 ms

            --- example.org:443 connect statistics ---
            2 rounds, 1 connected, 1 failed (50%)
            resolve min 0.500 ms, mean 0.500 ms, p50 n/a (n=1), p99 n/a (n=1), max 0.500 ms
            connect min 2.250 ms, mean 2.250 ms, p50 n/a (n=1), p99 n/a (n=1), max 2.250 ms
            tls     min 6.125 ms, mean 6.125 ms, p50 n/a (n=1), p99 n/a (n=1), max 6.125 ms
            time    min 9.500 ms, mean 9.500 ms, p50 n/a (n=1), p99 n/a (n=1), max 9.500 ms
            outages: 1, availability: 50%
            outage from 1.0 s on: connection refused, no connection since, rounds lost: 1

            """);
    }

    [Fact]
    public void Quiet_text_is_the_summary_alone() =>
        Written(output => new ConnectText(output, "example.org:443", new ConnectProbeOptions(), isQuiet: true)).Should()
            .StartWith("2 rounds, 1 connected").And.NotContain("seq=");

    [Fact]
    public void JSON_is_what_its_schema_says()
    {
        JsonSchema schema = JsonSchema.Read(Repository.File("docs/connect.schema.json"));
        string[] lines = Written(output => new ConnectJson(output, "example.org:443", withRounds: true)).TrimEnd().Split('\n');
        string whole = Written(output => new ConnectJson(output, "example.org:443", withRounds: false));

        lines.Should().HaveCount(3);
        schema.Validate(Parse(lines[0]), "round").Should().BeEmpty();
        schema.Validate(Parse(lines[1]), "round").Should().BeEmpty();
        schema.Validate(Parse(lines[2]), "result").Should().BeEmpty();
        JsonElement.DeepEquals(Parse(whole), Parse(lines[2])).Should().BeTrue();
        Parse(lines[0]).GetProperty("tls_us").GetDouble().Should().Be(6125);
        Parse(lines[1]).GetProperty("reason").GetString().Should().Be("connection refused");
    }

    [Fact]
    public void JSON_of_a_run_that_was_stopped_before_anything_is_what_its_schema_says()
    {
        using MemoryStream output = new();
        new ConnectJson(output, "a:1", withRounds: false).End(new ConnectSummary(0, 0), ExitCode.Unreachable, isInterrupted: true);

        JsonElement found = Parse(Encoding.UTF8.GetString(output.ToArray()));
        JsonSchema.Read(Repository.File("docs/connect.schema.json")).Validate(found, "result").Should().BeEmpty();
        found.GetProperty("failed_percent").ValueKind.Should().Be(JsonValueKind.Null, "nothing has failed");
    }

    [Fact]
    public void Text_of_a_run_that_was_stopped_before_anything_says_no_share()
    {
        using MemoryStream output = new();
        new ConnectText(output, "a:1", new ConnectProbeOptions(), isQuiet: true)
            .End(new ConnectSummary(0, 0), ExitCode.Unreachable, isInterrupted: true);

        Encoding.UTF8.GetString(output.ToArray()).Should().Be("0 rounds, 0 connected, 0 failed\noutages: 0\n");
    }

    [Fact]
    public void Rounds_that_waited_have_a_figure_of_their_own()
    {
        ConnectSummary waited = _summary with { Skipped = 4, FromDue = new PingTimes(5, Ms(9.5), Ms(250), Ms(300), null, Ms(500)) };
        using MemoryStream output = new();
        new ConnectText(output, "a:1", new ConnectProbeOptions(), isQuiet: true).End(waited, ExitCode.Success, isInterrupted: false);

        Encoding.UTF8.GetString(output.ToArray()).Should()
            .Contain("\n4 skipped: due while an earlier one waited\n")
            .And.Contain("\nfrom due min 9.500 ms, mean 250.000 ms, p50 300.000 ms, p99 n/a (n=5), max 500.000 ms\n");
        ConnectText.Snapshot(waited with { UnderWay = Ms(2_500) }).Should()
            .StartWith("2 rounds, 1 connected, 1 failed (50%), 4 skipped, one under way for 2.5 s, p50");
    }

    [Theory]
    [InlineData(3, 3, ExitCode.Success)]
    [InlineData(3, 2, ExitCode.AnswersMissing)]
    [InlineData(3, 0, ExitCode.Unreachable)]
    [InlineData(0, 0, ExitCode.Unreachable)]
    public void Its_exit_codes_are_those_of_ping(long attempts, long connected, int expected) =>
        ConnectCommand.ToExitCode(new ConnectSummary(attempts, connected)).Should().Be(expected);

    [Fact]
    public void A_snapshot_is_one_line() => ConnectText.Snapshot(_summary).Should().Be(
        "2 rounds, 1 connected, 1 failed (50%), p50 n/a (n=1), max 9.500 ms, outages: 1, availability: 50%");

    private static string Written(Func<Stream, IConnectReport> create)
    {
        using MemoryStream output = new();
        IConnectReport report = create(output);
        report.Begin();
        report.Add(_connected);
        report.Add(_refused);
        report.End(_summary, ExitCode.AnswersMissing, isInterrupted: false);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement;

    private static PingTimes Times(double milliseconds) =>
        new(1, Ms(milliseconds), Ms(milliseconds), null, null, Ms(milliseconds));

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
