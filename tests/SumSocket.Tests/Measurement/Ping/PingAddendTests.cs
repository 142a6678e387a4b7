using FluentAssertions;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

public class PingAddendTests
{
    private const long Max = long.MaxValue;
    private const long Min = long.MinValue;
    private const long Last = PingAddend.Distinct - 1;

    [Theory]
    [InlineData(7, 4, 1)]
    [InlineData(0, Max - Last, 1)]
    [InlineData(0, Max - Last + 1, -1)]
    [InlineData(Max - Last - 4, 4, 1)]
    [InlineData(Max - Last - 3, 4, -1)]
    [InlineData(Max, Min, 1)]
    [InlineData(Last, Min, 1)]
    [InlineData(Min, Max, -1)]
    [InlineData(Min, 0, 1)]
    [InlineData(1, Max - 1, -1)]
    public void Sums_in_a_row_are_distinct_and_none_overflows(long a, long b, int step)
    {
        PingOptions options = new() { A = a, B = b, DistinctSums = true };
        foreach (long number in (long[])[0, 1, 65_536, Last])
            checked(a + PingAddend.Of(options, number)).Should().Be(a + b + step * number);
        PingAddend.Of(options, Last + 1).Should().Be(b);
    }

    [Theory]
    [InlineData(7, 4, false)]
    [InlineData(Max, 1, true)]
    [InlineData(Min, -1, true)]
    public void The_addend_is_the_one_in_the_options_unless_sums_can_and_should_be_distinct(long a, long b, bool distinct) =>
        PingAddend.Of(new PingOptions { A = a, B = b, DistinctSums = distinct }, 12).Should().Be(b);
}
