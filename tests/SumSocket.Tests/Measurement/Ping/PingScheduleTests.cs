using FluentAssertions;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

public class PingScheduleTests
{
    [Theory]
    [InlineData(0, -1, 0, 0)]
    [InlineData(200, 0, 1, 800)]   // the answer took 0.2 s; slot 1 is due at 1 s all the same
    [InlineData(1_000, 0, 1, 0)]
    [InlineData(1_300, 0, 1, 0)]   // late: at once
    [InlineData(1_400, 1, 2, 600)] // and then back to the schedule
    [InlineData(4_700, 0, 4, 0)]   // four slots missed count as one
    [InlineData(4_800, 4, 5, 200)]
    public void Keeps_to_its_slots_whatever_the_answers_take(int elapsed, long lastSlot, long slot, int wait) =>
        PingSchedule.Next(TimeSpan.FromMilliseconds(elapsed), TimeSpan.FromSeconds(1), lastSlot)
            .Should().Be((slot, TimeSpan.FromMilliseconds(wait)));

    [Theory]
    [InlineData(10L, 1, 1.0, null, 10L)]
    [InlineData(10L, 10, 1.0, null, 100L)]
    [InlineData(null, 1, 1.0, 5.0, 5L)]
    [InlineData(null, 2, 1.0, 5.1, 12L)]
    [InlineData(3L, 1, 1.0, 5.0, 3L)]
    [InlineData(null, 1, 1.0, null, null)]
    [InlineData(null, 1, 0.0, 5.0, null)] // as many as the server answers
    [InlineData(long.MaxValue - 1, 10, 1.0, null, 9_223_372_036_854_775_800L)]
    public void Says_how_many_rounds_there_can_be(long? count, int workers, double interval, double? deadline, long? most) =>
        PingSchedule.MostRounds(new PingOptions
        {
            Count = count,
            Workers = workers,
            Interval = TimeSpan.FromSeconds(interval),
            Deadline = deadline is { } end ? TimeSpan.FromSeconds(end) : Timeout.InfiniteTimeSpan,
        }).Should().Be(most);

    [Fact]
    public void Never_waits_without_an_interval() =>
        PingSchedule.Next(TimeSpan.FromSeconds(9), TimeSpan.Zero, 41).Should().Be((42, TimeSpan.Zero));
}
