using FluentAssertions;
using SumSocket.Measurement.Ping;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

public sealed class PingSamplesTests
{
    [Fact]
    public void Percentiles_of_a_few_are_values_that_were_seen()
    {
        PingSamples samples = new();
        foreach (double time in (double[])[7.1234, 5.2421, 3.9, 5.3])
            samples.Record(TimeSpan.FromMilliseconds(time));

        samples.Percentile(50).Should().Be(TimeSpan.FromMilliseconds(5.2421));
        samples.Percentile(0).Should().Be(TimeSpan.FromMilliseconds(3.9));
        samples.Percentile(100).Should().Be(TimeSpan.FromMilliseconds(7.1234));
        samples.Percentile(99).Should().BeNull("four are too few");
    }

    [Theory]
    [InlineData(PingSamples.Kept)]
    [InlineData(PingSamples.Kept + 1)]
    public void Those_of_more_are_as_in_a_histogram(int count)
    {
        PingSamples samples = new();
        Histogram all = new();
        for (int i = 0; i < count; i++)
        {
            TimeSpan time = TimeSpan.FromTicks(50_000 + (i * 7_919L % count * 97));
            samples.Record(time);
            all.Record(time);
        }

        foreach (double percent in (double[])[1, 50, 99])
        {
            samples.Percentile(percent)!.Value.TotalMilliseconds.Should()
                .BeApproximately(all.Percentile(percent)!.Value.TotalMilliseconds, 0.01);
        }

        (samples.Count, samples.Min, samples.Max, samples.Mean).Should().Be((all.Count, all.Min, all.Max, all.Mean));
    }
}
