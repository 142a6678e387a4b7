using FluentAssertions;
using SumSocket.Measurement;
using Xunit;

namespace SumSocket.Tests.Measurement;

public class PingAddendTests
{
    private const long Max = long.MaxValue;
    private const long Min = long.MinValue;

    [Theory]
    [InlineData(7, 4, 1)]
    [InlineData(Min, Min + 70_000 - Min, 1)]
    [InlineData(0, Max - 65_535, 1)]
    [InlineData(0, Max - 65_534, -1)]
    [InlineData(Max - 65_538, 4, -1)]
    [InlineData(Max, Min, 1)]
    [InlineData(Max, -Max + 3, 1)]
    [InlineData(Min, Max, -1)]
    [InlineData(Min, 0, 1)]
    [InlineData(1, Max - 1, -1)]
    public void Sums_in_a_row_are_distinct_and_none_overflows(long a, long b, int step)
    {
        PingOptions options = new() { A = a, B = b, DistinctSums = true };
        HashSet<long> sums = [];
        for (long number = 0; number < PingAddend.Distinct; number++)
            sums.Add(checked(a + PingAddend.Of(options, number)));

        sums.Should().HaveCount(PingAddend.Distinct);
        PingAddend.Of(options, 0).Should().Be(b);
        PingAddend.Of(options, 1).Should().Be(b + step);
        PingAddend.Of(options, PingAddend.Distinct).Should().Be(b);
    }

    [Theory]
    [InlineData(7, 4, false)]
    [InlineData(Max, 1, true)]
    [InlineData(Min, -1, true)]
    public void The_addend_is_what_was_asked_for_unless_sums_can_and_are_to_be_distinct(long a, long b, bool distinct) =>
        PingAddend.Of(new PingOptions { A = a, B = b, DistinctSums = distinct }, 12).Should().Be(b);
}
