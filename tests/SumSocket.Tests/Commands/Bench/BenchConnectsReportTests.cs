using System.Text.Json;
using FluentAssertions;
using SumSocket.Commands.Bench;
using SumSocket.Commands.Bench.Live;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Commands.Bench;

/// <summary>What every form says of connects, where connections carry a limited number of requests.</summary>
public sealed class BenchConnectsReportTests : BenchReportTest
{
    private static readonly JsonSchema _schema = JsonSchema.Read(Repository.File("docs", "bench.schema.json"));

    private static BenchResult WithConnects
    {
        get
        {
            BenchResult result = Result(0);
            Histogram connect = new(), first = new();
            connect.Record(TimeSpan.FromMilliseconds(0.5), 37);
            first.Record(TimeSpan.FromMilliseconds(2.5), 36);
            IReadOnlyList<double> percentiles = result.Options.Percentiles;
            return result with
            {
                Options = result.Options with { RequestsPerConnection = 1 },
                Connects = new BenchConnects(37, 18, 3, LatencySummary.Of(connect, percentiles), LatencySummary.Of(first, percentiles)),
                Series = [result.Series[0] with { Connects = 20 }, result.Series[1] with { Connects = 17 }],
            };
        }
    }

    [Fact]
    public void As_JSON_they_have_members_that_the_schema_knows_and_other_results_do_not_have()
    {
        JsonElement json = Parse(Render(output => new BenchJsonReport(output, Setting, withIntervals: false), WithConnects));

        _schema.Validate(json).Should().BeEmpty();
        json.GetProperty("asked").GetProperty("requests_per_connection").GetInt32().Should().Be(1);
        JsonElement connects = json.GetProperty("connects");
        connects.GetProperty("made").GetInt64().Should().Be(37);
        connects.GetProperty("per_s").GetDouble().Should().Be(18);
        connects.GetProperty("failed").GetInt64().Should().Be(3);
        connects.GetProperty("connect").GetProperty("max_us").GetDouble().Should().Be(500);
        connects.GetProperty("first_answer").GetProperty("percentiles").GetProperty("p50_us").GetDouble().Should().BeApproximately(2500, 2);

        Render(output => new BenchJsonReport(output, Setting, withIntervals: true), Result(0)).Should()
            .NotContain("connects").And.NotContain("per_connection");
    }

    [Fact]
    public void Each_line_of_ndjson_and_each_row_of_CSV_has_its_connects()
    {
        string[] lines = Render(output => new BenchJsonReport(output, Setting, withIntervals: true), WithConnects).Split('\n');
        JsonElement first = Parse(lines[0]);
        _schema.Validate(first, "interval_line").Should().BeEmpty();
        (first.GetProperty("connects").GetInt64(), first.GetProperty("connects_per_s").GetDouble()).Should().Be((20, 19.99));

        string[] rows = Render(output => new BenchCsv(output, WithConnects.Options), WithConnects).Split('\n');
        rows[0].Should().EndWith(",p50_us,p99.9_us,connects,connects_per_s,retried");
        rows[1].Should().EndWith(",1500.5,,20,19.99,0");
        rows[2].Should().EndWith(",2000,,,17,17.009,0");
    }

    [Fact]
    public void For_people_they_have_two_rows_of_times_and_a_line()
    {
        string text = Render(output => new BenchText(output, WithConnects.Options, Setting), WithConnects);

        text.Should().StartWith("BENCH localhost:5656 (tcp): 50 connections x 1, 1 request each, as fast as answers come,").And.Contain(
            """
            from sent       1.000   1.500   1.000     n/a   2.000   0.507
            connect         0.500   0.500   0.500     n/a   0.500   0.000
            first answer    2.500   2.500   2.500     n/a   2.500   0.000
                         n/a: 38 are too few to say
            connects     18.0 connects/s: 37 made, 3 failed
            connections  51 made, 1 lost, 3 attempts failed
            """);
    }

    [Fact]
    public void The_live_view_shows_their_rate()
    {
        BenchResult result = WithConnects;
        LiveState state = new(
            result.Options, new BenchProgress(BenchPhase.Measuring, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)), result.Totals,
            result.Series);

        LiveFrame.Draw(state, 60, useColor: false)[^1].Should().Contain("50, 17 connects/s");
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
