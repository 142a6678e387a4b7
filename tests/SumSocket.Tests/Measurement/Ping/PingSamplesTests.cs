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

    [Fact]
    public void Those_of_more_are_as_in_a_histogram()
    {
        PingSamples samples = new();
        Histogram all = new();
        long[] ticks = [.. Enumerable.Range(0, PingSamples.Kept + 1).Select(i => 50_003 + i * 7_919L % (PingSamples.Kept + 1) * 97)];
        foreach (long one in ticks[..^1])
            Record(one);

        double[] percents = [1, 50, 99];
        long[] sorted = [.. ticks[..^1].Order()];
        percents.Select(percent => samples.Percentile(percent)!.Value.Ticks).Should()
            .Equal(percents.Select(percent => sorted[(int)(percent * PingSamples.Kept / 100) - 1]), "all are kept");

        Record(ticks[^1]);
        percents.Select(percent => samples.Percentile(percent)).Should().Equal(percents.Select(percent => all.Percentile(percent)));
        (samples.Count, samples.Min, samples.Max, samples.Mean).Should().Be((all.Count, all.Min, all.Max, all.Mean));

        void Record(long one)
        {
            samples.Record(TimeSpan.FromTicks(one));
            all.Record(TimeSpan.FromTicks(one));
        }
    }

    [Fact]
    public void Slots_count_from_when_each_was_due()
    {
        PingSamples samples = new();
        samples.RecordSlots(3, 4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        (samples.Count, samples.Min, samples.Max).Should().Be((4, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(7)));
    }
}
