using FluentAssertions;
using SumSocket.Measurement.Bench;
using SumSocket.Reports;
using SumSocket.Reports.Charts;
using SumSocket.Reports.Page;
using Xunit;

namespace SumSocket.Tests.Reports;

public class TimeGridTests
{
    [Fact]
    public void The_last_part_of_an_interval_can_be_pointed_at_and_shows_every_run()
    {
        ReportedRun[] runs = [Run(0, 0.003), Run(1, 0.001)];

        IReadOnlyList<ChartHit> hits = new TimeGrid(runs).Hits((_, interval) => $"{interval.Start.TotalSeconds:0} s");

        ChartHit last = hits[^1];
        last.To.Should().Be(1);
        (last.To - last.From).Should().BeGreaterThan(0.005, "3 of 20,003 ms would be less than a pixel");
        last.Text.Split('\n')[1..].Should().Equal("A 20 s", "B 20 s");
        hits[^2].Text.Split('\n')[1..].Should().Equal("A 19 s", "B 19 s");
        hits.Zip(hits.Skip(1)).Should().OnlyContain(pair => pair.First.To == pair.Second.From);
    }

    /// <summary>A run whose last answers took longer than its measured time by so much.</summary>
    private static ReportedRun Run(int index, double rest)
    {
        RecordedBench run = SampleBench.Closed();
        TimeSpan end = run.Result.Series[^1].End;
        BenchInterval last = run.Result.Series[^1] with { Start = end, End = end + TimeSpan.FromSeconds(rest) };
        return new ReportedRun(run with { Result = run.Result with { Series = [.. run.Result.Series, last] } }, index, IsOnly: false);
    }
}
