using FluentAssertions;
using SumSocket.Commands.Bench.Live;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Commands.Bench.Live;

public class LiveFrameTests
{
    [Fact]
    public void Shows_progress_rate_latency_and_failures()
    {
        LiveState state = State(
            new BenchProgress(
                BenchPhase.Measuring, S(3.2), S(10)), Interval(0, 1, 1_000), Interval(1, 1.999, 500), Interval(1.999, 3, 2_002));

        Draw(state, 60).Should().Equal(
            "measuring    ━━━━━━━━━━━──────────────────────── 3.2s of 10s",
            "throughput   2000 sums/s       ▄▃█",
            "latency, ms  p50 1.500   p99 n/a",
            "failed       0",
            "connections  50");
    }

    [Theory]
    [InlineData(BenchPhase.Connecting, "connections")]
    [InlineData(BenchPhase.Measuring, "connections  43 of 50, 7 without an answer")]
    public void Shows_how_many_connections_are_in_trouble(BenchPhase phase, string line) =>
        Draw(State(new BenchProgress(phase, S(1), S(10), Down: 7), Interval(0, 1, 90)), 60)[^1].TrimEnd().Should().Be(line);

    [Fact]
    public void Shows_what_failed()
    {
        LiveState state = State(new BenchProgress(BenchPhase.Measuring, S(1), S(10)), Interval(0, 1, 90) with
        {
            Counts = new BenchCounts { Ok = 90, Refused = 8, Reset = 2 },
        });

        Draw(state, 60)[^2].Should().Be("failed       10 (10%): 8 refused, 2 reset");
    }

    [Theory]
    [InlineData(BenchPhase.Connecting, 0.0, null, "connecting")]
    [InlineData(BenchPhase.WarmingUp, 0.5, 1.0, "warming up   ━━━━━━━━──────── 0.5s of 1s")]
    [InlineData(BenchPhase.Measuring, 0.5, null, "measuring    ━━━─────────── 1000 of 4000")]
    [InlineData(BenchPhase.Measuring, 20.0, 10.0, "measuring    ━━━━━━━━━━━━━━ 20.0s of 10s")]
    [InlineData(BenchPhase.Ending, 10.0, null, "last answers ━━━━━━━━━━━━━━━━━━━━━ 10.0s")]
    public void Says_how_far_it_is(BenchPhase phase, double elapsed, double? length, string line)
    {
        LiveState state = State(new BenchProgress(phase, S(elapsed), length is { } all ? S(all) : null), Interval(0, 1, 1_000));

        Draw(state with { Options = state.Options with { Requests = 4_000 } }, 40)[0].TrimEnd().Should().Be(line);
    }

    [Fact]
    public void Begins_with_nothing_known()
    {
        LiveState state = State(new BenchProgress(BenchPhase.Connecting, TimeSpan.Zero, null));

        Draw(state, 60).Select(line => line.TrimEnd()).Should()
            .Equal("connecting", "throughput", "latency, ms", "failed       0", "connections");
    }

    [Fact]
    public void Shows_no_percentiles_where_none_are_given_and_one_once()
    {
        LiveState state = State(new BenchProgress(BenchPhase.Measuring, S(1), S(10)), Interval(0, 1, 90));

        Draw(state with { Options = state.Options with { Percentiles = [] } }, 60).Should().HaveCount(4);
        Draw(state with { Options = state.Options with { Percentiles = [50] } }, 60)[2].Should().Be("latency, ms  p50 1.500");
    }

    [Fact]
    public void Puts_short_intervals_together_to_a_second_for_the_rate_and_drops_the_oldest_bars()
    {
        BenchInterval[] many = [.. Enumerable.Range(0, 60).Select(i => Interval(i * 0.1, (i + 1) * 0.1, i))];

        string line = Draw(State(new BenchProgress(BenchPhase.Measuring, S(6), S(10)), many), 40)[1];

        line.Should().StartWith("throughput   545 sums/s").And.EndWith("█");
        line.Length.Should().Be(40);
    }

    [Fact]
    public void No_line_is_longer_than_the_terminal_is_wide()
    {
        BenchCounts counts = new() { Ok = 90, Refused = 123_456, Reset = 20, Wrong = 3, NotSent = 123_456_789 };
        BenchInterval bad = Interval(0, 1, 90) with { Counts = counts };
        foreach (BenchPhase phase in Enum.GetValues<BenchPhase>())
        {
            LiveState state = State(new BenchProgress(phase, S(3), S(10)), [.. Enumerable.Repeat(bad, 60)]);
            for (int width = 1; width < 200; width++)
            {
                IReadOnlyList<string> lines = Draw(state, width);
                lines.Should().HaveCount(5);
                lines.Max(line => line.Length).Should().BeLessThanOrEqualTo(width);
            }
        }
    }

    [Fact]
    public void Colours_only_where_that_is_wanted()
    {
        LiveState state = State(new BenchProgress(BenchPhase.Measuring, S(1), S(10)), Interval(0, 1, 90));

        string.Concat(LiveFrame.Draw(state, 60, useColor: true)).Should().Contain("\e[32m");
        string.Concat(LiveFrame.Draw(state, 60, useColor: false)).Should().NotContain("\e[3").And.NotContain("\e[4");
    }

    [Fact]
    public void A_sparkline_reaches_from_nothing_to_the_greatest()
    {
        Sparkline.Of([0, 1, 2, 3, 4, 5, 6, 7]).Should().Be("▁▂▃▄▅▆▇█");
        Sparkline.Of([0, 0]).Should().Be("▁▁");
        Sparkline.Of([]).Should().BeEmpty();
    }

    private static IReadOnlyList<string> Draw(LiveState state, int width) =>
        [.. LiveFrame.Draw(state, width, useColor: false).Select(Plain)];

    private static string Plain(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\e\\[[0-9;]*m", "");

    private static LiveState State(BenchProgress progress, params BenchInterval[] recent) => new(
        new BenchOptions { Percentiles = [50, 90, 99, 99.9] }, progress,
        recent.Aggregate(new BenchCounts(), (sum, interval) => sum.Plus(interval.Counts)), recent);

    private static BenchInterval Interval(double start, double end, long ok) => new()
    {
        Start = S(start),
        End = S(end),
        Counts = new BenchCounts { Ok = ok, Sent = ok },
        Count = ok,
        Percentiles = [new PercentileValue(50, S(0.0015)), new PercentileValue(99, null)],
    };

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);
}
