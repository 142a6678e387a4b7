using System.Net;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Commands;
using SumSocket.Commands.Ping;
using SumSocket.Measurement.Ping;
using SumSocket.Protocol;
using SumSocket.Tests.Commands.Bench;
using Xunit;

namespace SumSocket.Tests.Commands.Ping;

public sealed class PingReportTests : IDisposable
{
    private static readonly IPEndPoint _peer = new(IPAddress.Loopback, 5656);

    private static readonly PingTarget _tcp = new("localhost:5656", "tcp", HasConnections: true);
    private static readonly PingTarget _udp = new("localhost:5656", "udp", HasConnections: false);
    private static readonly TransportCounter[] _path = [new("late", 3), new("doubled", 2), new("reordered", 1)];

    private static readonly PingSummary _summary = new(
        8, 2, 2, 1, 1, 1, 1, Ms(0.1), Ms(0.2), Ms(0.2), null, Ms(0.3), Ms(0.1414), Ms(0.05), 2, 1,
        [new PingOutage(TimeSpan.FromSeconds(3), "connection closed by peer", TimeSpan.FromSeconds(2.1), 2)])
    {
        Skipped = 3,
        AvailabilityPercent = 75.5,
        FromDue = new PingTimes(5, Ms(0.1), Ms(700), Ms(0.3), null, Ms(2_100)),
        Connects = new PingTimes(2, Ms(0.2), Ms(0.3), null, null, Ms(0.4)),
    };

    private readonly StringWriter _status = new();

    private Action<string> Status => _status.WriteLine;

    public void Dispose() => _status.Dispose();

    [Fact]
    public void Writes_a_line_for_each_event()
    {
        string text = Render(output => new PingText(output, Status, new PingOptions(), _tcp, quiet: false, stamps: false), Events());

        text.Should().Be(
            """
            SUM localhost:5656 (tcp): 7 + 4 every 1s
            7 + 4 = 11 from 127.0.0.1:5656: seq=1 time=0.213 ms
            7 + 4 = 12 from 127.0.0.1:5656: seq=2 time=0.213 ms WRONG: it is 11
            seq=3 error: busy time=0.213 ms
            seq=4 lost: connection closed by peer
            seq=5 not sent: connection refused (trying again in 0.2 s)
            seq=6 lost: timed out after 30.0 s
            connection to 127.0.0.1:5656 lost: connection reset by peer after 0.5 s of silence (12 s old, 3 answers)
            connected again to 127.0.0.1:5656 after 2.1 s (connection 2)

            --- localhost:5656 sum statistics ---
            7 sent, 2 answered, 2 lost, 1 not sent (42.8571%), 1 error, 1 wrong
            3 skipped: due while an earlier one waited
            1 under way at the end
            time min 0.100 ms, mean 0.200 ms, p50 0.200 ms, p99 n/a (n=2), max 0.300 ms
            stddev 0.141 ms, jitter 0.050 ms
            from due min 0.100 ms, mean 700.000 ms, p50 0.300 ms, p99 n/a (n=5), max 2100.000 ms
            connected in min 0.200 ms, mean 0.300 ms, p50 n/a (n=2), p99 n/a (n=2), max 0.400 ms
            connections used: 2, outages: 1, availability: 75.5%
            outage from 3.0 s to 5.1 s: connection closed by peer, first good answer after 2.1 s, rounds lost: 2

            """);
    }

    [Theory]
    [InlineData(0, "seq=1 not sent: connection refused (trying again at once)")]
    [InlineData(0.4, "seq=1 not sent: connection refused (trying again at once)")]
    [InlineData(1, "seq=1 not sent: connection refused (trying again in 0.001 s)")]
    public void A_pause_too_short_to_show_is_none(double milliseconds, string expected)
    {
        PingRound round = new(
            1, 1, 4, SumOutcome.NotSent, 0, ErrorCode.None, TimeSpan.Zero, null, "connection refused", Ms(milliseconds));

        Render(output => new PingText(output, Status, new PingOptions(), _tcp, quiet: false, stamps: false), [round])
            .Split('\n')[1].Should().Be(expected);
    }

    [Fact]
    public void No_line_of_a_summary_is_wider_than_100_columns_and_one_is_singular()
    {
        TimeSpan wait = Ms(99_999.999);
        PingSummary slow = _summary with { Min = wait, Mean = wait, P50 = wait, P99 = wait, Max = wait, Violations = 1 };
        using MemoryStream output = new();
        new PingText(output, Status, new PingOptions(), _tcp, quiet: true, stamps: false).End(slow, []);

        string[] lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n');
        lines.Should().Contain("1 connection lost since the server broke the protocol");
        lines.Where(line => line.StartsWith("time ", StringComparison.Ordinal)).Should().ContainSingle().Which.Length
            .Should().BeLessThanOrEqualTo(100);
        lines.Where(line => line.StartsWith("outage", StringComparison.Ordinal)).Should().NotBeEmpty();
    }

    [Fact]
    public void Reports_workers_and_the_path_where_there_are_no_connections()
    {
        PingEvent[] events =
        [
            new PingConnection(ConnectionEventKind.ConnectFailed, null, "host not found", 0, TimeSpan.Zero),
            new PingConnection(ConnectionEventKind.ConnectFailed, _peer, "connection refused", 0, TimeSpan.Zero),
            new PingConnection(ConnectionEventKind.Connected, _peer, "", 1, Ms(2_100)),
            new PingRound(3, 1, 4, SumOutcome.Sum, 11, ErrorCode.None, Ms(0.213), _peer, "", TimeSpan.Zero),
            new PingRound(4, 1, 4, SumOutcome.TimedOut, 0, ErrorCode.None, Ms(1_000), _peer, "connection refused", TimeSpan.Zero),
        ];

        PingOptions options = new() { Workers = 10 };

        Render(
            output => new PingText(output, Status, options, _udp, quiet: false, stamps: false, each: true), events, _path)
            .Should().Be(
            """
            SUM localhost:5656 (udp): 7 + 4 every 1s, 10 workers
            no answer from localhost:5656: host not found
            no answer from 127.0.0.1:5656: connection refused
            127.0.0.1:5656 answers after 2.1 s
            7 + 4 = 11 from 127.0.0.1:5656: worker=3 seq=1 time=0.213 ms
            worker=4 seq=1 lost: connection refused after 1.0 s

            --- localhost:5656 sum statistics ---
            7 sent, 2 answered, 2 lost, 1 not sent (42.8571%), 1 error, 1 wrong
            3 skipped: due while an earlier one waited
            1 under way at the end
            3 late, 2 doubled, 1 reordered
            time min 0.100 ms, mean 0.200 ms, p50 0.200 ms, p99 n/a (n=2), max 0.300 ms
            stddev 0.141 ms, jitter 0.050 ms
            from due min 0.100 ms, mean 700.000 ms, p50 0.300 ms, p99 n/a (n=5), max 2100.000 ms
            connected in min 0.200 ms, mean 0.300 ms, p50 n/a (n=2), p99 n/a (n=2), max 0.400 ms
            outages: 1, availability: 75.5%
            outage from 3.0 s to 5.1 s: connection closed by peer, first good answer after 2.1 s, rounds lost: 2

            """);
        string[] json = Render(output => new PingJson(output, options, _udp, quiet: false, stamps: false), events, _path)
            .TrimEnd('\n').Split('\n');
        json[0].Should().Contain("\"worker\":3,\"seq\":1");
        json[^1].Should().Contain("\"late\":3,\"doubled\":2,\"reordered\":1").And.Contain("\"jitter_us\":50").And.NotContain("connections");
    }

    [Fact]
    public void Says_what_was_sent_in_each_round_and_what_is_wrong_about_an_error()
    {
        PingOptions options = new() { DistinctSums = true };
        PingEvent[] events =
        [
            new PingRound(1, 1, 5, SumOutcome.Sum, 12, ErrorCode.None, Ms(0.213), _peer, "", TimeSpan.Zero),
            new PingRound(1, 2, 6, SumOutcome.WrongAnswer, 0, ErrorCode.Overflow, Ms(0.213), _peer, "overflow", TimeSpan.Zero),
        ];

        Render(output => new PingText(output, Status, options, _tcp, quiet: false, stamps: false), events).Should().StartWith(
            """
            SUM localhost:5656 (tcp): 7 + 4 and on every 1s
            7 + 5 = 12 from 127.0.0.1:5656: seq=1 time=0.213 ms
            seq=2 error: overflow time=0.213 ms WRONG: it is 13

            """);
        string[] json = Render(output => new PingJson(output, options, _tcp, quiet: false, stamps: false), events).Split('\n');
        json[0].Should().Contain("\"a\":7,\"b\":5,\"sum\":12,");
        json[1].Should().Contain("\"outcome\":\"wrong_answer\",\"a\":7,\"b\":6,\"reason\":\"overflow\",");
    }

    [Fact]
    public void Writes_only_the_summary_when_quiet() =>
        Render(output => new PingText(output, Status, new PingOptions(), _tcp, quiet: true, stamps: false), Events())
            .Should().StartWith("7 sent, 2 answered").And.NotContain("seq=");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keeps_a_snapshot_apart_from_the_results_and_writes_it_even_when_quiet(bool quiet)
    {
        string text = Render(
            output => new PingText(output, Status, new PingOptions(), _tcp, quiet, stamps: false), [new PingSnapshot(_summary)]);

        text.Split('\n').Should()
            .NotContain(line => line.Contains("7 sent", StringComparison.Ordinal) && line.Contains("p50", StringComparison.Ordinal));
        _status.ToString().Should().Be(
            "7 sent, 2 answered, 2 lost, 1 not sent (42.8571%), 1 error, 1 wrong, 3 skipped, 1 under way, p50 0.200 ms, max 0.300 ms, " +
            $"connections used: 2, outages: 1, availability: 75.5%{Environment.NewLine}");
        Render(output => new PingJson(output, new PingOptions(), _tcp, quiet, stamps: false), [new PingSnapshot(_summary)])
            .Should().StartWith("""{"type":"snapshot","sent":7,"answered":2,""");
    }

    [Fact]
    public void A_snapshot_reports_an_outage_that_is_not_over()
    {
        PingSummary down = _summary with { NotSent = 0, RecentOutages = [new PingOutage(Ms(3_100), "connection refused", null, 2)] };

        Render(output => new PingText(output, Status, new PingOptions(), _udp, quiet: true, stamps: false), [new PingSnapshot(down)]);

        _status.ToString().Should().Be(
            "8 sent, 2 answered, 2 lost (28.5714%), 1 error, 1 wrong, 3 skipped, 1 under way, p50 0.200 ms, max 0.300 ms, " +
            $"outages: 1, availability: 75.5%, no good answer since 3.1 s: connection refused{Environment.NewLine}");
    }

    [Fact]
    public void Puts_the_time_of_day_into_each_line_on_request()
    {
        DateTimeOffset at = new(2026, 11, 22, 10, 2, 47, 292, TimeSpan.Zero);
        PingEvent[] events = [.. Events().Select(one => one with { At = at })];

        Render(output => new PingText(output, Status, new PingOptions(), _tcp, quiet: false, stamps: true), events).Split('\n')[1..9]
            .Should().OnlyContain(line => line.StartsWith("2026-11-22T10:02:47.292Z ", StringComparison.Ordinal));
        string[] json = Render(output => new PingJson(output, new PingOptions(), _tcp, quiet: false, stamps: true), events)
            .TrimEnd('\n').Split('\n');
        json[..^1].Should().OnlyContain(line => line.Contains("\"at\":\"2026-11-22T10:02:47.292", StringComparison.Ordinal));
        json[^1].Should().Contain("\"at\":\"");
    }

    [Fact]
    public void Writes_a_json_object_a_line()
    {
        string[] lines = Render(output => new PingJson(output, new PingOptions(), _tcp, quiet: false, stamps: false), Events())
            .TrimEnd('\n').Split('\n');

        lines.Should().HaveCount(7, "six rounds and the summary");
        lines[0].Should().Be(
            """{"type":"round","seq":1,"outcome":"sum","a":7,"b":4,"sum":11,"time_us":213,"from_due_us":0,"from":"127.0.0.1:5656"}""");
        lines[4].Should().Contain("\"outcome\":\"not_sent\"").And.Contain("\"reason\":\"connection refused\"");
        using JsonDocument summary = JsonDocument.Parse(lines[6]);
        JsonElement root = summary.RootElement;
        root.GetProperty("type").GetString().Should().Be("summary");
        root.GetProperty("under_way").GetInt64().Should().Be(1);
        root.GetProperty("skipped").GetInt64().Should().Be(3);
        root.GetProperty("loss_percent").GetDouble().Should().Be(42.857143);
        root.GetProperty("availability_percent").GetDouble().Should().Be(75.5);
        root.GetProperty("from_due").GetProperty("max_us").GetDecimal().Should().Be(2_100_000);
        root.GetProperty("connect").GetProperty("mean_us").GetDecimal().Should().Be(300);
        root.GetProperty("p50_us").GetDecimal().Should().Be(200);
        root.GetProperty("p99_us").ValueKind.Should().Be(JsonValueKind.Null);
        root.GetProperty("recent_outages")[0].GetProperty("duration_us").GetDecimal().Should().Be(2_100_000);
        root.GetProperty("recent_outages")[0].GetProperty("end_us").GetDecimal().Should().Be(5_100_000);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(10, true)]
    public void Its_objects_are_those_of_the_schema(int workers, bool stamps)
    {
        JsonSchema schema = JsonSchema.Read(Repository.File("docs/ping.schema.json"));
        PingOptions options = new() { Workers = workers };
        PingEvent[] events = [.. Events(), new PingSnapshot(_summary)];
        foreach (PingTarget target in (PingTarget[])[_tcp, _udp])
        {
            TransportCounter[] path = target == _udp ? _path : [];
            string[] lines = Render(output => new PingJson(output, options, target, quiet: false, stamps), events, path)
                .TrimEnd('\n').Split('\n');
            foreach (string line in lines)
            {
                using JsonDocument document = JsonDocument.Parse(line);
                string type = document.RootElement.GetProperty("type").GetString()!;
                schema.Validate(document.RootElement, type == "round" ? type : "summary").Should().BeEmpty();
            }
        }
    }

    private static PingEvent[] Events() =>
    [
        new PingRound(1, 1, 4, SumOutcome.Sum, 11, ErrorCode.None, Ms(0.213), _peer, "", TimeSpan.Zero),
        new PingRound(1, 2, 4, SumOutcome.WrongAnswer, 12, ErrorCode.None, Ms(0.213), _peer, "", TimeSpan.Zero),
        new PingRound(1, 3, 4, SumOutcome.ServerError, 0, ErrorCode.Busy, Ms(0.213), _peer, "busy", TimeSpan.Zero),
        new PingRound(1, 4, 4, SumOutcome.OutcomeUnknown, 0, ErrorCode.None, Ms(1), _peer, "connection closed by peer", TimeSpan.Zero),
        new PingRound(1, 5, 4, SumOutcome.NotSent, 0, ErrorCode.None, Ms(0), _peer, "connection refused", Ms(200)),
        new PingRound(1, 6, 4, SumOutcome.TimedOut, 0, ErrorCode.None, Ms(30_000), _peer, "timed out", TimeSpan.Zero),
        new PingConnection(ConnectionEventKind.Lost, _peer, "connection reset by peer", 1, TimeSpan.Zero)
        {
            Details = "connection reset by peer after 0.5 s of silence (12 s old, 3 answers)",
        },
        new PingConnection(ConnectionEventKind.Connected, _peer, "", 2, Ms(2_100)),
    ];

    private static string Render(Func<Stream, IPingReport> make, PingEvent[] events, params TransportCounter[] path)
    {
        using MemoryStream output = new();
        IPingReport report = make(output);
        report.Begin();
        foreach (PingEvent one in events)
            report.Add(one);
        report.End(_summary, path);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
