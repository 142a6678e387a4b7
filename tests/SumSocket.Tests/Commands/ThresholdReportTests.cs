using System.Text;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Commands;
using SumSocket.Commands.Ping;
using SumSocket.Measurement.Ping;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports.Json;
using SumSocket.Tests.Commands.Bench;
using Xunit;

namespace SumSocket.Tests.Commands;

/// <summary>What is said of thresholds, in a text, in JSON and on stderr.</summary>
public sealed class ThresholdReportTests
{
    private static readonly PingTarget _target = new("localhost:5656", "tcp", HasConnections: true);

    private static readonly PingSummary _summary = new(
        8, 2, 2, 1, 1, 1, 1, TimeSpan.FromMilliseconds(0.1), null, null, null, TimeSpan.FromMilliseconds(0.3), null, null, 2, 0, [])
    {
        FromDue = new PingTimes(2, null, null, null, null, null),
        AvailabilityPercent = 75.5,
        Thresholds =
        [
            Result("max<1s", 0.0003, isMet: true), Result("lost<1%", 42.857142857, isMet: false), Result("p99<50ms", null, isMet: false),
            Result("availability>70%", 75.5, isMet: true), Result("outages<1", 1, isMet: false),
        ],
    };

    [Fact]
    public void A_ping_ends_with_them() =>
        Render(output => new PingText(output, _ => { }, new PingOptions(), _target, quiet: true, stamps: false)).Should().EndWith(
            """
            connections used: 2, outages: 0, availability: 75.5%
            threshold ✓ max<1s (0.300 ms)
            threshold ✗ lost<1% (42.8571%)
            threshold ✗ p99<50ms (not judged: it takes 100 samples, and there are 2)
            threshold ✓ availability>70% (75.5%)
            threshold ✗ outages<1 (1)

            """);

    [Fact]
    public void Its_JSON_has_them_as_that_of_a_bench_has()
    {
        string json = Render(output => new PingJson(output, new PingOptions(), _target, quiet: true, stamps: false));

        using JsonDocument document = JsonDocument.Parse(json);
        JsonSchema.Read(Repository.File("docs/ping.schema.json")).Validate(document.RootElement, "summary").Should().BeEmpty();
        document.RootElement.GetProperty("thresholds").EnumerateArray().Select(one => (
            one.GetProperty("threshold").GetString(), one.GetProperty("unit").GetString(), one.GetProperty("limit").GetDouble(),
            one.GetProperty("actual").ToString(), one.GetProperty("met").GetBoolean())).Should().Equal(
            ("max<1s", "us", 1_000_000, "300", true),
            ("lost<1%", "percent", 1, "42.857142857", false),
            ("p99<50ms", "us", 50_000, "", false),
            ("availability>70%", "percent", 70, "75.5", true),
            ("outages<1", "count", 1, "1", false));
    }

    [Fact]
    public void Each_that_was_missed_is_a_line() =>
        ThresholdReport.Missed(_summary.Thresholds, samples: 2).Should().Equal(
            "threshold missed: lost<1% (42.8571%)",
            "threshold missed: p99<50ms (not judged: it takes 100 samples, and there are 2)",
            "threshold missed: outages<1 (1)");

    [Theory]
    [InlineData("min<=33.4us", 0.0000335, "0.0335 ms")]
    [InlineData("p50<1s", 0.000034, "0.034 ms")]
    [InlineData("max<1s", 1.5, "1500.000 ms")]
    public void A_time_is_shown_as_exactly_as_it_is_compared(string text, double seconds, string expected) =>
        ThresholdReport.Line(Result(text, seconds, isMet: false), samples: 2).Should().Be($"✗ {text} ({expected})");

    private static ThresholdResult Result(string text, double? actual, bool isMet)
    {
        ThresholdText.TryParsePing(text, out Threshold threshold).Should().BeTrue();
        return new ThresholdResult(threshold, actual, isMet);
    }

    private static string Render(Func<Stream, IPingReport> make)
    {
        using MemoryStream output = new();
        make(output).End(_summary, []);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
