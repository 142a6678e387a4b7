using FluentAssertions;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class BenchPlanTests
{
    [Theory]
    [InlineData(1_000, 1, 1_000, 0)]
    [InlineData(1_000, 7, 1_000, 123_456)]
    [InlineData(333, 50, 1_500, 0)]
    [InlineData(3, 50, 1_000, 0)]
    [InlineData(1, 3, 1_500, 123_456)] // the warm-up is no multiple of the interval
    [InlineData(0.5, 3, 1_500, 123_456)]
    public void The_connections_together_ask_what_is_due_in_the_measured_time(double rate, int connections, int warmup, long start)
    {
        BenchOptions options = new()
        {
            Rate = rate,
            Connections = connections,
            Duration = TimeSpan.FromSeconds(10),
            Warmup = TimeSpan.FromMilliseconds(warmup),
        };
        BenchPlan plan = new(options, start);

        long measured = 0;
        for (int connection = 0; connection < connections; connection++)
        {
            for (long n = 0; plan.NumberOf(connection, n) < plan.Count; n++)
            {
                bool isMeasured = plan.IsMeasured(plan.NumberOf(connection, n));
                measured += isMeasured ? 1 : 0;
                (plan.DueOf(plan.NumberOf(connection, n)) >= plan.MeasureFrom).Should().Be(isMeasured);
            }
        }

        measured.Should().Be((long)(rate * 10));
        (plan.MeasureFrom - start).Should()
            .BeInRange(options.Warmup.Ticks, options.Warmup.Ticks + (long)(TimeSpan.TicksPerSecond / rate));
        (plan.Until - plan.MeasureFrom).Should().BeCloseTo(options.Duration.Ticks, 1, "requests and intervals between them are as many");
    }

    [Fact]
    public void A_number_of_requests_ends_the_schedule_after_as_many()
    {
        BenchPlan plan = new(new BenchOptions { Rate = 100, Requests = 250, Warmup = TimeSpan.FromSeconds(2) }, start: 0);

        (plan.IsMeasured(199), plan.IsMeasured(200), plan.Count).Should().Be((false, true, 450));
        plan.Until.Should().Be(TimeSpan.FromSeconds(4.5).Ticks);
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(2, 50)]
    public void A_number_of_requests_is_spread_over_the_connections_and_none_is_lost(int requests, int connections)
    {
        BenchPlan plan = new(new BenchOptions { Requests = requests, Connections = connections }, start: 0);

        long[] quotas = [.. Enumerable.Range(0, connections).Select(plan.QuotaOf)];

        quotas.Sum().Should().Be(requests);
        (quotas.Max() - quotas.Min()).Should().BeLessThanOrEqualTo(1);
    }

    [Fact]
    public void A_stop_leaves_what_is_due_and_nothing_after()
    {
        BenchPlan plan = new(new BenchOptions { Rate = 100 }, start: 0);

        plan.Stop(TimeSpan.FromSeconds(3).Ticks);

        (plan.Count, plan.Until).Should().Be((301, TimeSpan.FromSeconds(3).Ticks));
    }
}
