using FluentAssertions;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class OutageTableTests
{
    private readonly OutageTable _table = new();

    [Fact]
    public void Connections_in_trouble_together_are_one_outage_until_the_last_answers()
    {
        _table.Begin(0, S(3), "connection closed by peer");
        _table.Begin(1, S(3.1), "connection closed by peer");
        _table.Begin(0, S(3.2), "connection refused");
        _table.Lose();
        _table.Lose();
        _table.End(1, S(5));
        _table.End(0, S(6));
        _table.End(0, S(7));

        _table.Close(S(1)).Should().BeEquivalentTo(
            (1L, (BenchOutage[])[new BenchOutage(S(2), "connection closed by peer", S(2), S(3), Connections: 2, Lost: 2)]));
    }

    [Fact]
    public void A_look_meanwhile_counts_what_the_result_will()
    {
        _table.MeasuredFrom = S(10);
        _table.Begin(0, S(3), "timed out");
        _table.Count.Should().Be(1);
        _table.End(0, S(4));
        (_table.Count, _table.Begun).Should().Be((0, 1), "it was over before the measured time");
        _table.Begin(0, S(11), "timed out");
        _table.Count.Should().Be(1);
        _table.End(0, S(12));

        _table.Count.Should().Be(1);
        _table.Close(S(0)).Count.Should().Be(1);
    }

    [Fact]
    public void What_is_not_over_has_no_end()
    {
        _table.Begin(4, S(2), "timed out");

        _table.Close(S(0)).First.Should().Equal(new BenchOutage(S(2), "timed out", null, null, Connections: 1, Lost: 0));
    }

    [Fact]
    public void All_are_counted_and_the_first_kept()
    {
        for (int i = 0; i < OutageTable.Kept + 5; i++)
        {
            _table.Begin(i, S(i), "timed out");
            _table.Lose();
            _table.End(i, S(i + 0.5));
        }

        (long count, IReadOnlyList<BenchOutage> first) = _table.Close(S(0));

        count.Should().Be(OutageTable.Kept + 5);
        first.Should().HaveCount(OutageTable.Kept);
        first[^1].Should().Be(new BenchOutage(S(OutageTable.Kept - 1), "timed out", S(0.5), S(0.5), Connections: 1, Lost: 1));
    }

    [Fact]
    public void What_was_over_before_the_measured_time_is_of_the_warm_up()
    {
        _table.MeasuredFrom = S(10);
        _table.Begin(0, S(3), "timed out");
        _table.End(0, S(10));
        _table.Begin(1, S(9), "timed out");
        _table.End(1, S(11));

        _table.Close(
            S(10)).Should().BeEquivalentTo((1L, (BenchOutage[])[new BenchOutage(S(-1), "timed out", S(2), S(2), Connections: 1, Lost: 0)]));
    }

    [Fact]
    public void What_fails_outside_of_any_outage_belongs_to_none()
    {
        _table.Lose();
        _table.End(1, S(1));

        _table.Close(S(0)).Count.Should().Be(0);
    }

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);
}
