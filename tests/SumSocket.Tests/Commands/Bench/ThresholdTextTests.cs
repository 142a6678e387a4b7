using FluentAssertions;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports.Json;
using Xunit;

namespace SumSocket.Tests.Commands.Bench;

public class ThresholdTextTests
{
    [Theory]
    [InlineData("p99<10ms", ThresholdMetric.Percentile, 99, "<", 0.01)]
    [InlineData("p99.9 <= 500us", ThresholdMetric.Percentile, 99.9, "<=", 0.0005)]
    [InlineData("max<1.5s", ThresholdMetric.Max, 0, "<", 1.5)]
    [InlineData("mean<1m", ThresholdMetric.Mean, 0, "<", 60)]
    [InlineData("errors<0.1%", ThresholdMetric.ErrorPercent, 0, "<", 0.1)]
    [InlineData("errors<10", ThresholdMetric.Errors, 0, "<", 10)]
    [InlineData("throughput>50k", ThresholdMetric.Throughput, 0, ">", 50_000)]
    [InlineData("throughput>=0.5", ThresholdMetric.Throughput, 0, ">=", 0.5)]
    [InlineData("connections>=20k", ThresholdMetric.Connections, 0, ">=", 20_000)]
    [InlineData("outages<1", ThresholdMetric.Outages, 0, "<", 1)]
    public void Reads(string text, ThresholdMetric figure, double percent, string comparison, double limit)
    {
        ThresholdText.TryParseBench(text, out Threshold threshold).Should().BeTrue();
        threshold.Should().BeEquivalentTo(new Threshold(text, figure, percent, comparison, limit), options => options
            .Using<double>(context => context.Subject.Should().BeApproximately(context.Expectation, 1e-12)).WhenTypeIs<double>());
    }

    [Theory]
    [InlineData("p99<50ms", ThresholdMetric.Percentile, 99, "<", 0.05)]
    [InlineData("lost<1%", ThresholdMetric.LostPercent, 0, "<", 1)]
    [InlineData("lost<=10", ThresholdMetric.Lost, 0, "<=", 10)]
    [InlineData("errors<1%", ThresholdMetric.ErrorPercent, 0, "<", 1)]
    [InlineData("outages<1", ThresholdMetric.Outages, 0, "<", 1)]
    [InlineData("availability>99.9%", ThresholdMetric.Availability, 0, ">", 99.9)]
    [InlineData("max<1s", ThresholdMetric.Max, 0, "<", 1)]
    [InlineData("mean<20ms", ThresholdMetric.Mean, 0, "<", 0.02)]
    public void Reads_those_of_a_ping(string text, ThresholdMetric figure, double percent, string comparison, double limit)
    {
        ThresholdText.TryParsePing(text, out Threshold threshold).Should().BeTrue();
        threshold.Should().BeEquivalentTo(new Threshold(text, figure, percent, comparison, limit));
    }

    [Theory]
    [InlineData("throughput>50k")] // of a bench
    [InlineData("connections>=2")]
    [InlineData("availability>99.9")]
    [InlineData("availability>101%")]
    [InlineData("lost<1ms")]
    public void Refuses_for_a_ping(string text) => ThresholdText.TryParsePing(text, out _).Should().BeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("lost<1%")] // of a ping
    [InlineData("availability>99%")]
    [InlineData("p99")]
    [InlineData("<10ms")]
    [InlineData("p99<10")]
    [InlineData("p99<ms")]
    [InlineData("p99<<10ms")]
    [InlineData("p99=10ms")]
    [InlineData("p101<10ms")]
    [InlineData("p<10ms")]
    [InlineData("p99<10%")]
    [InlineData("p99<-1ms")]
    [InlineData("errors<101%")]
    [InlineData("errors<%")]
    [InlineData("throughput>50ms")]
    [InlineData("latency<10ms")]
    [InlineData("p99<1e3ms")]
    [InlineData("throughput>NaN")]
    [InlineData("throughput>Infinity")]
    [InlineData("errors<-Infinity%")]
    [InlineData("p-Infinity<10ms")]
    public void Refuses(string text) => ThresholdText.TryParseBench(text, out _).Should().BeFalse();

    [Theory]
    [InlineData("throughput>", 400, "")]
    [InlineData("p99<", 308, "m")] // a number, and no number of seconds
    public void Refuses_a_limit_beyond_all_numbers(string before, int digits, string unit) =>
        ThresholdText.TryParseBench(before + new string('9', digits) + unit, out _).Should().BeFalse();

    [Theory]
    [InlineData("50", true)]
    [InlineData("50,90,99.9,100,0", true)]
    [InlineData("50,50", false)]
    [InlineData("50,", false)]
    [InlineData("", false)]
    [InlineData("101", false)]
    [InlineData("-1", false)]
    [InlineData("99.9999999", false)]
    [InlineData("NaN", false)]
    [InlineData("50,-Infinity", false)]
    public void Reads_percentiles(string text, bool isGood) => PercentileList.TryParse(text, out _).Should().Be(isGood);
}
