using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Commands.Bench;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports;
using SumSocket.Reports.Json;
using Xunit;

namespace SumSocket.Tests.Commands.Bench;

public class BenchReportTests
{
    private static readonly JsonSchema _schema = JsonSchema.Read(
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "..", "docs", "bench.schema.json")));

    private static readonly RunInfo _setting = new("TcpClient", "0.1.0", "tcp", "localhost:5656", IsLoopback: false);

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void The_result_is_as_the_schema_says(long rate)
    {
        BenchResult result = Result(rate);

        JsonElement json = Parse(Render(output => new BenchJsonReport(output, _setting, withIntervals: false), result, exitCode: 3));

        _schema.Validate(json).Should().BeEmpty();
        json.GetProperty("exit_code").GetInt32().Should().Be(3);
        json.GetProperty("totals").GetProperty("planned").GetInt64().Should().Be(40);
        json.GetProperty("latency").GetProperty("uncorrected").GetProperty("percentiles").EnumerateObject()
            .Select(one => (one.Name, one.Value.ToString())).Should()
                .Equal([("p50_us", "1000.4"), ("p99.9_us", "")], "what 38 samples do not support is null");
        json.GetProperty("latency").GetProperty("corrected").ValueKind.Should().Be(rate == 0 ? JsonValueKind.Null : JsonValueKind.Object);
        json.GetProperty("thresholds")[0].GetProperty("limit").GetDouble().Should().Be(10_000);
        json.GetProperty("started_at").GetString().Should().Be("2026-01-02T03:04:05.678Z");
    }

    [Fact]
    public void The_schema_refuses_what_it_does_not_describe()
    {
        string good = Render(output => new BenchJsonReport(output, _setting, withIntervals: true), Result(0)).Split('\n')[^2];

        _schema.Validate(Parse(good.Replace("\"late\":", "\"tardy\":"))).Should().NotBeEmpty();
        _schema.Validate(Parse(good.Replace("\"type\":\"result\"", "\"type\":\"other\""))).Should().ContainSingle();
        _schema.Validate(Parse(good.Replace("\"wrong\":0", "\"wrong\":-1"))).Should().NotBeEmpty();
    }

    [Fact]
    public void A_line_for_each_interval_and_then_the_result()
    {
        string[] lines = Render(output => new BenchJsonReport(output, _setting, withIntervals: true), Result(1_000)).TrimEnd('\n')
            .Split('\n');

        lines.Should().HaveCount(3);
        foreach (string line in lines[..2])
            _schema.Validate(Parse(line), "interval_line").Should().BeEmpty();
        _schema.Validate(Parse(lines[2])).Should().BeEmpty();
    }

    [Fact]
    public void As_a_table_it_has_a_header_and_a_line_for_each_interval()
    {
        Render(output => new BenchCsv(output, Options(0)), Result(0)).Should().Be(
            """
            start_s,end_s,throughput_per_s,planned,sent,late,ok,wrong,error,timed_out,refused,not_sent,reset,end_of_stream,unanswered,count,mean_us,max_us,p50_us,p99.9_us
            0,1.0005,19.99,22,20,0,20,0,0,0,2,0,0,0,0,20,1500,2000,1500.5,
            1.0005,2,18.009,18,18,0,18,0,0,0,0,0,0,0,0,18,1500,2000,,

            """);
    }

    [Fact]
    public void Long_times_widen_their_column_of_the_table_in_every_row()
    {
        BenchResult result = Result(0);
        result = result with { Uncorrected = result.Uncorrected with { Max = TimeSpan.FromMilliseconds(1_131_002.12) } };

        string text = Render(output => new BenchText(output, Options(0), _setting), result);

        string[] rows = [.. text.Split('\n').SkipWhile(line => !line.StartsWith("latency, ms", StringComparison.Ordinal)).Take(2)];
        rows[0].Should().EndWith("   p99.9       max  stddev");
        rows[1].Should().EndWith("     n/a 1131002.1   0.507");
    }

    [Theory]
    [InlineData(999.999, " 999.999   0.507")]
    [InlineData(1_000, "  1000.0   0.507")]
    [InlineData(30_009.123, " 30009.1   0.507")]
    public void Times_of_a_time_out_fit_into_a_terminal_of_80_columns(double longest, string end)
    {
        BenchResult result = Result(0);
        result = result with { Uncorrected = result.Uncorrected with { Max = TimeSpan.FromMilliseconds(longest) } };

        string text = Render(output => new BenchText(output, Options(0), _setting), result);

        text.Split('\n').Should().ContainSingle(line => line.StartsWith("from sent    ", StringComparison.Ordinal)).Which.Should()
            .EndWith(end);
    }

    [Fact]
    public void What_is_long_goes_on_in_further_lines_or_is_counted()
    {
        BenchResult result = Result(0);
        result = result with
        {
            OutageCount = 123,
            Outages = [.. Enumerable.Repeat(result.Outages[0] with { Connections = 2, Lost = 1 }, 100)],
            Path = [.. Enumerable.Range(0, 6).Select(i => new Spread($"figure_number_{i}", 100, 2_000, 30_000, 0))],
        };

        string text = Render(output => new BenchText(output, Options(0), _setting), result);

        text.Should().Contain(
            """
            path         min/median/max of figure_number_0 100/2000/30000,
                         figure_number_1 100/2000/30000, figure_number_2 100/2000/30000,
                         figure_number_3 100/2000/30000, figure_number_4 100/2000/30000,
                         figure_number_5 100/2000/30000
            outages      123

            """);
        text.Split('\n').Count(line => line.EndsWith(", 2 connections, 1 request lost", StringComparison.Ordinal)).Should().Be(10);
        text.Should().Contain("\n             and 113 more\n");
    }

    [Fact]
    public void Interrupted_in_the_warm_up_it_says_so() => Render(
        output => new BenchText(output, Options(0), _setting), Result(0) with { End = BenchEnd.Interrupted, Duration = TimeSpan.Zero })
        .Should().Contain("\ninterrupted  before the measured time began\n");

    [Fact]
    public void All_forms_tell_the_same()
    {
        BenchResult result = Result(1_000);

        JsonElement json = Parse(Render(output => new BenchJsonReport(output, _setting, withIntervals: false), result));
        List<JsonElement> lines = [.. Render(output => new BenchJsonReport(output, _setting, withIntervals: true), result)
            .TrimEnd('\n').Split('\n').Select(Parse)];
        string[][] rows =
            [.. Render(output => new BenchCsv(output, result.Options), result).TrimEnd('\n').Split('\n').Select(row => row.Split(','))];

        JsonElement.DeepEquals(lines[^1], json).Should().BeTrue();
        lines.Count.Should().Be(rows.Length, "a header here, a result there");
        for (int i = 0; i < rows.Length - 1; i++)
        {
            JsonElement interval = json.GetProperty("series")[i];
            foreach ((string name, string field) in rows[0].Zip(rows[i + 1]))
            {
                JsonElement inSeries = name[0] == 'p' && name.EndsWith("_us", StringComparison.Ordinal)
                    ? interval.GetProperty("percentiles").GetProperty(name)
                    : interval.GetProperty(name);
                (field.Length == 0 ? (double?)null : double.Parse(field, CultureInfo.InvariantCulture))
                    .Should().Be(inSeries.ValueKind == JsonValueKind.Null ? null : inSeries.GetDouble(), name);
                if (inSeries.ValueKind != JsonValueKind.Null && interval.TryGetProperty(name, out _))
                    lines[i].GetProperty(name).GetDouble().Should().Be(inSeries.GetDouble(), name);
            }
        }
    }

    [Fact]
    public void For_people_it_is_a_page()
    {
        string text = Render(output => new BenchText(output, Options(1_000), _setting), Result(1_000));

        text.Should().Be(
            """
            BENCH localhost:5656 (tcp): 50 connections x 1, 1000/s on schedule, 10s after 1s of warm-up

            throughput   19.0 sums/s over 2.000 s
            requests     40 planned = 38 ok + 2 failed (5%); 38 sent, 0 of them late
            failed       2 refused
            latency, ms       min    mean     p50   p99.9     max  stddev
            from due        1.000   1.500   1.000     n/a   2.000   0.507
            from sent       1.000   1.500   1.000     n/a   2.000   0.507
            own lag         1.000   1.500   1.000     n/a   2.000   0.507
                         n/a: 38 are too few to say
            connections  51 made, 1 lost, 3 attempts failed
            path         min/median/max of rtt_us 90/100/210
            outages      1
                         at 0.500 s: connection closed by peer, first answer after 0.200 s, over after 0.300 s, 1 connection, 2 requests lost
            threshold    ✓ p99<10ms (1.500 ms)
            threshold    ✗ errors<1% (5%)
            threshold    ✗ p99.9<1s (n/a (n=38))

            """);
    }

    [Theory]
    [InlineData(0, 10_000_000, "0%", 0)]
    [InlineData(1, 9_999_999, "<0.0001%", 0.00001)]
    [InlineData(9_999_999, 1, ">99.9999%", 99.99999)]
    [InlineData(1, 999, "0.1%", 0.1)]
    public void A_share_is_never_told_as_none_or_all_when_it_is_not(long errors, long ok, string text, double exact)
    {
        BenchResult result = Result(0) with { Totals = new BenchCounts { Ok = ok, Error = errors, Sent = ok + errors } };
        result = result with { Thresholds = [new ThresholdResult(Threshold("errors<=0%"), result.Totals.FailedPercent, errors == 0)] };

        string forPeople = Render(output => new BenchText(output, Options(0), _setting), result);
        JsonElement json = Parse(Render(output => new BenchJsonReport(output, _setting, withIntervals: false), result));

        forPeople.Should().Contain($" failed ({text});").And.Contain($"errors<=0% ({text})");
        json.GetProperty("error_percent").GetDouble().Should().Be(exact);
        json.GetProperty("thresholds")[0].GetProperty("actual").GetDouble().Should().Be(exact);
    }

    [Theory]
    [InlineData(0, 0, 50, true, 0, BenchEnd.Complete, 0)]
    [InlineData(1, 0, 50, true, 0, BenchEnd.Complete, 1)]
    [InlineData(1, 0, 50, false, 0, BenchEnd.Complete, 3)]
    [InlineData(1, 0, 0, false, 0, BenchEnd.Unreachable, 5)]
    [InlineData(1, 1, 0, false, 0, BenchEnd.Complete, 4)]
    [InlineData(0, 0, 50, true, 7, BenchEnd.Complete, 1)]
    [InlineData(0, 0, 50, true, 7, BenchEnd.Interrupted, 0)]
    [InlineData(0, 0, 0, false, 0, BenchEnd.Interrupted, 5)]
    public void The_exit_code_tells_the_worst(
        long errors, long wrong, long connections, bool isMet, long unanswered, BenchEnd end, int code)
    {
        BenchResult result = Result(0) with
        {
            Totals = new BenchCounts { Ok = 5, Error = errors, Unanswered = unanswered },
            Warmup = new BenchCounts { Wrong = wrong },
            ConnectionsMade = connections,
            End = end,
            Thresholds = [new ThresholdResult(Threshold("max<1s"), 0.5, isMet)],
        };

        BenchCommand.ToExitCode(result).Should().Be(code);
    }

    private static BenchOptions Options(long rate) => new()
    {
        Rate = rate,
        Percentiles = [50, 99.9],
        Thresholds = [Threshold("p99<10ms"), Threshold("errors<1%"), Threshold("p99.9<1s")],
    };

    private static BenchResult Result(long rate)
    {
        Histogram times = new();
        for (int i = 0; i < 38; i++)
            times.Record(TimeSpan.FromMilliseconds(1 + i % 2));
        BenchOptions options = Options(rate);
        LatencySummary figures = LatencySummary.Of(times, options.Percentiles);
        TimeSpan cut = TimeSpan.FromSeconds(1.0005);
        BenchCounts first = new() { Ok = 20, Refused = 2, Sent = 20 };
        BenchCounts second = new() { Ok = 18, Sent = 18 };
        return new BenchResult
        {
            Options = options,
            StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            End = BenchEnd.Complete,
            Duration = TimeSpan.FromSeconds(2),
            Totals = new BenchCounts { Ok = 38, Refused = 2, Sent = 38 },
            Warmup = new BenchCounts(),
            Throughput = 19,
            Corrected = rate == 0 ? null : figures,
            Uncorrected = figures,
            Lag = rate == 0 ? null : figures,
            Series = [Interval(TimeSpan.Zero, cut, first, 15_005), Interval(cut, TimeSpan.FromSeconds(2), second, null)],
            Outages = [new BenchOutage(
                TimeSpan.FromSeconds(0.5), "connection closed by peer", TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.3), Connections: 1, Lost: 2)],
            OutageCount = 1,
            ConnectionsMade = 51,
            ConnectionsLost = 1,
            ConnectsFailed = 3,
            Path = [Spread.Of("rtt_us", [210, 90, 100, 120])],
            Thresholds =
            [
                new ThresholdResult(options.Thresholds[0], 0.0015, IsMet: true), new ThresholdResult(options.Thresholds[1], 5, IsMet: false),
                new ThresholdResult(options.Thresholds[2], null, IsMet: false),
            ],
        };
    }

    private static BenchInterval Interval(TimeSpan start, TimeSpan end, BenchCounts counts, long? median) => new()
    {
        Start = start,
        End = end,
        Counts = counts,
        Count = counts.Ok,
        Mean = TimeSpan.FromMilliseconds(1.5),
        Max = TimeSpan.FromMilliseconds(2),
        Percentiles = [new PercentileValue(50, median is { } ticks ? TimeSpan.FromTicks(ticks) : null), new PercentileValue(99.9, null)],
    };

    private static BenchThreshold Threshold(string text)
    {
        ThresholdText.TryParse(text, out BenchThreshold threshold).Should().BeTrue();
        return threshold;
    }

    private static string Render(Func<Stream, IBenchReport> make, BenchResult result, int exitCode = 0)
    {
        MemoryStream output = new();
        IBenchReport report = make(output);
        report.Begin();
        foreach (BenchInterval interval in result.Series)
            report.Tell(interval);
        report.End(result, exitCode);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
