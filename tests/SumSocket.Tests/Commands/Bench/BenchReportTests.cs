using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Commands.Bench;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Commands.Bench;

/// <summary>The result as JSON and as CSV, and what every form says alike.</summary>
public class BenchReportTests : BenchReportTest
{
    private static readonly JsonSchema _schema = JsonSchema.Read(
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "..", "docs", "bench.schema.json")));

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void The_result_is_as_the_schema_says(long rate)
    {
        BenchResult result = Result(rate);

        JsonElement json = Parse(Render(output => new BenchJsonReport(output, Setting, withIntervals: false), result, exitCode: 3));

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
        string good = Render(output => new BenchJsonReport(output, Setting, withIntervals: true), Result(0)).Split('\n')[^2];

        _schema.Validate(Parse(good.Replace("\"late\":", "\"tardy\":"))).Should().NotBeEmpty();
        _schema.Validate(Parse(good.Replace("\"type\":\"result\"", "\"type\":\"other\""))).Should().ContainSingle();
        _schema.Validate(Parse(good.Replace("\"wrong\":0", "\"wrong\":-1"))).Should().NotBeEmpty();
    }

    [Fact]
    public void A_line_for_each_interval_and_then_the_result()
    {
        string[] lines = Render(output => new BenchJsonReport(output, Setting, withIntervals: true), Result(1_000)).TrimEnd('\n')
            .Split('\n');

        lines.Should().HaveCount(3);
        foreach (string line in lines[..2])
            _schema.Validate(Parse(line), "interval_line").Should().BeEmpty();
        _schema.Validate(Parse(lines[2])).Should().BeEmpty();
    }

    [Fact]
    public void As_a_table_it_has_a_header_and_a_line_for_each_interval()
    {
        const string Header = "start_s,end_s,throughput_per_s,planned,sent,late,ok,wrong,error,timed_out,refused,not_sent,reset," +
            "end_of_stream,unanswered,count,mean_us,max_us,p50_us,p99.9_us,retried";

        Render(output => new BenchCsv(output, Options(0)), Result(0)).Should().Be(
            $"""
            {Header}
            0,1.0005,19.99,22,20,0,20,0,0,0,2,0,0,0,0,20,1500,2000,1500.5,,0
            1.0005,2,18.009,18,18,0,18,0,0,0,0,0,0,0,0,18,1500,2000,,,0

            """);
    }

    [Fact]
    public void All_forms_say_the_same()
    {
        BenchResult result = Result(1_000);

        JsonElement json = Parse(Render(output => new BenchJsonReport(output, Setting, withIntervals: false), result));
        List<JsonElement> lines = [.. Render(output => new BenchJsonReport(output, Setting, withIntervals: true), result)
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

    [Theory]
    [InlineData(0, 10_000_000, "0%", 0)]
    [InlineData(1, 9_999_999, "<0.0001%", 0.00001)]
    [InlineData(9_999_999, 1, ">99.9999%", 99.99999)]
    [InlineData(1, 999, "0.1%", 0.1)]
    public void A_share_is_never_reported_as_none_or_all_when_it_is_not(long errors, long ok, string text, double exact)
    {
        BenchResult result = Result(0) with { Totals = new BenchCounts { Ok = ok, Error = errors, Sent = ok + errors } };
        result = result with { Thresholds = [new ThresholdResult(Threshold("errors<=0%"), result.Totals.FailedPercent, errors == 0)] };

        string forPeople = Render(output => new BenchText(output, Options(0), Setting), result);
        JsonElement json = Parse(Render(output => new BenchJsonReport(output, Setting, withIntervals: false), result));

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
    public void The_exit_code_reports_the_worst(
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

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
