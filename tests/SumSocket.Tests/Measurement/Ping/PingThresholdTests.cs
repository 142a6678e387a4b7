using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Ping;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports.Json;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

public class PingThresholdTests : PingProbeTest
{
    [Theory]
    [InlineData("p50<2ms", 0.001, true)]
    [InlineData("p50<1us", 0.001, false)]
    [InlineData("p99<1s", null, false)] // 95 answers say nothing of it, and what cannot be shown was not kept
    [InlineData("min>=1ms", 0.001, true)]
    [InlineData("max<2ms", 0.002, false)]
    [InlineData("lost<3%", 3.0, false)]
    [InlineData("lost<=3%", 3.0, true)]
    [InlineData("lost<3", 3.0, false)] // of which one was not sent
    [InlineData("errors<=5", 5.0, true)] // without the right sum, as of a bench
    [InlineData("errors<5%", 5.0, false)]
    [InlineData("outages<1", 1.0, false)]
    [InlineData("availability>99%", 99.5, true)]
    [InlineData("availability>99.9%", 99.5, false)]
    public void Is_kept_or_missed(string text, double? actual, bool isMet)
    {
        Histogram times = new();
        for (int i = 0; i < 95; i++)
            times.Record(TimeSpan.FromMilliseconds(i < 94 ? 1 : 2));

        ThresholdResult result = Read(text).Evaluate(
            new PingSummary(110, 95, 2, 1, 1, 1, 10, null, null, null, null, null, null, null, 1, 1, []) { AvailabilityPercent = 99.5 },
            times);

        (result.Actual is { } value ? Math.Round(value, 4) : (double?)null, result.IsMet).Should().Be((actual, isMet));
    }

    [Theory]
    [InlineData(0, 1, "lost<1%", null)] // nothing has ended
    [InlineData(0, 0, "lost<1%", 100.0)] // and there is no server
    [InlineData(0, 0, "errors<1%", 100.0)]
    [InlineData(0, 1, "errors<1%", null)]
    [InlineData(0, 1, "availability>1%", null)]
    [InlineData(0, 1, "mean<1s", null)]
    [InlineData(0, 1, "outages<1", 0.0)]
    public void Nothing_is_kept_that_is_not_known(long rounds, int connections, string text, double? actual) =>
        Read(text).Evaluate(
            new PingSummary(rounds, 0, 0, 0, 0, 0, 0, null, null, null, null, null, null, null, connections, 0, []), new Histogram())
            .Actual.Should().Be(actual);

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Rounds_that_waited_for_a_standing_server_count_with_how_long_they_waited()
    {
        int calls = 0;
        ScriptedClient client = Play((a, b, _) =>
        {
            if (++calls == 150)
                Clock.Advance(5 * Second);
            return ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b));
        });
        PingOptions options = new()
        {
            Interval = Second / 10,
            Count = 200,
            Thresholds = [Read("p99<1s"), Read("p50<1s"), Read("max<5.1s")],
        };
        PingProbe probe = new(client, options, Clock);
        Task<List<PingEvent>> run = CollectAsync(probe);
        while (!run.IsCompleted)
        {
            await Task.Yield();
            if (Clock.NextDue is { } wait && wait <= Second)
                Clock.Advance(wait);
        }

        probe.Summary.Thresholds.Select(threshold => threshold.IsMet).Should().Equal(false, true, true);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_summary_has_them()
    {
        ScriptedClient client = Play((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        PingOptions options = new()
        {
            Interval = TimeSpan.Zero,
            Count = 100,
            Thresholds = [Read("p99<1s"), Read("lost<1"), Read("availability>99%"), Read("p99.9<1s")],
        };
        PingProbe probe = new(client, options, Clock);
        PingSummary before = probe.Summary;

        await CollectAsync(probe);
        Clock.Advance(Second);

        before.Thresholds.Select(threshold => threshold.IsMet).Should().Equal(false, true, false, false);
        probe.Summary.Thresholds.Select(threshold => threshold.IsMet).Should().Equal(true, true, true, false);
    }

    private static Threshold Read(string text) =>
        ThresholdText.TryParsePing(text, out Threshold threshold) ? threshold : throw new ArgumentException(text);
}
