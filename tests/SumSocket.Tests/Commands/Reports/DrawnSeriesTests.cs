using FluentAssertions;
using SumSocket.Commands.Reports.Page;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Commands.Reports;

public class DrawnSeriesTests
{
    [Fact]
    public void An_interval_cut_short_is_drawn_as_part_of_its_neighbour()
    {
        IReadOnlyList<BenchInterval> drawn = Draw(
            One(0, 4, ok: 8, max: 9), One(4, 1001, ok: 992, max: 5), One(1001, 2000, ok: 1000, max: 7), One(2000, 2002, ok: 1, max: 20), One(2002, 3000, ok: 999, max: 6));

        drawn.Select(one => (one.Start.TotalMilliseconds, one.End.TotalMilliseconds)).Should().Equal((0, 1001), (1001, 2002), (2002, 3000));
        drawn.Select(one => one.Counts.Ok).Should().Equal(1000, 1001, 999);
        drawn.Select(one => one.Max!.Value.TotalMilliseconds).Should().Equal(9, 20, 6);
        drawn[0].Percentiles[0].Value!.Value.TotalMilliseconds.Should().Be(992, "that is where most are");
        drawn[0].Mean!.Value.TotalMilliseconds.Should().BeApproximately((8 * 8 + 992 * 992) / 1000.0, 0.001);
    }

    [Fact]
    public void Others_are_drawn_as_they_are() =>
        Draw(One(0, 1000, 0, null), One(1000, 2000, 5, 3), One(2000, 2500, 5, 3)).Should().HaveCount(3);

    [Fact]
    public void One_that_is_alone_stays() => Draw(One(0, 4, 0, null)).Should().ContainSingle().Which.Max.Should().BeNull();

    private static IReadOnlyList<BenchInterval> Draw(params BenchInterval[] series) => DrawnSeries.Of(SampleBench.Closed().Result with { Series = series });

    private static BenchInterval One(int start, int end, long ok, int? max) => new()
    {
        Start = TimeSpan.FromMilliseconds(start),
        End = TimeSpan.FromMilliseconds(end),
        Counts = new BenchCounts { Ok = ok, Sent = ok },
        Count = ok,
        Mean = ok == 0 ? null : TimeSpan.FromMilliseconds(ok),
        Max = max is { } longest ? TimeSpan.FromMilliseconds(longest) : null,
        Percentiles = [new PercentileValue(50, TimeSpan.FromMilliseconds(ok))],
    };
}
