using FluentAssertions;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Measurement.Statistics;

public class HistogramTests
{
    private static readonly double[] _percents = [0, 1, 10, 50, 90, 95, 99, 99.9, 99.99, 100];

    [Theory]
    [InlineData(1, 12, 1_000)]
    [InlineData(2, 24, 20_000)]
    [InlineData(3, 35, 200_000)]
    [InlineData(4, 35, 7)]
    public void Agrees_with_sorting_to_three_digits(int seed, int bits, int count)
    {
        Random random = new(seed);
        Histogram histogram = new();
        long[] all = new long[count];
        for (int i = 0; i < count; i++)
        {
            all[i] = random.NextInt64(1L << random.Next(1, bits + 1)); // every magnitude as often
            histogram.Record(TimeSpan.FromTicks(all[i]));
        }

        Array.Sort(all);
        foreach (double percent in _percents)
        {
            if (histogram.Percentile(percent) is not { } found)
            {
                (count * (100 - percent)).Should().BeLessThan(100.001, "percentile {0} of {1} has no sample beyond it", percent, count);
                continue;
            }

            long exact = all[Math.Max(0, (int)Math.Ceiling(count * percent / 100 - 1e-9) - 1)];
            Math.Abs(found.Ticks - exact).Should().BeLessThanOrEqualTo(exact / 1_000, "percentile {0}, seed {1}", percent, seed);
        }
    }

    [Fact]
    public void Several_at_once_count_as_one_after_the_other()
    {
        Random random = new(5);
        Histogram one = new(), many = new();
        for (int i = 0; i < 1_000; i++)
        {
            TimeSpan duration = TimeSpan.FromTicks(random.NextInt64(-5, 1L << random.Next(40)));
            int times = random.Next(5);
            many.Record(duration, times);
            for (int time = 0; time < times; time++)
                one.Record(duration);
        }

        many.Should().BeEquivalentTo(one);
        many.Buckets().Should().Equal(one.Buckets());
        _percents.Select(many.Percentile).Should().Equal(_percents.Select(one.Percentile));
        FluentActions.Invoking(() => many.Record(TimeSpan.Zero, -1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(50, 2)]
    [InlineData(90, 10)]
    [InlineData(99, 100)]
    [InlineData(99.9, 1_000)]
    [InlineData(99.99, 10_000)]
    public void Leaves_out_a_percentile_until_a_sample_lies_beyond_it(double percent, int needed)
    {
        Histogram histogram = new();
        for (int i = 1; i < needed; i++)
            histogram.Record(TimeSpan.FromTicks(i));
        histogram.Percentile(percent).Should().BeNull();

        histogram.Record(TimeSpan.FromTicks(needed));
        histogram.Percentile(percent).Should().NotBeNull();
    }

    /// <summary>The greatest of a bucket may lie below its middle.</summary>
    [Fact]
    public void One_bucket_is_restored_with_its_exact_greatest()
    {
        var histogram = new Histogram();
        histogram.Record(TimeSpan.FromTicks(4096), 5);

        Histogram restored = Histogram.Restore(histogram.Counts, max: TimeSpan.FromTicks(4096));

        restored.Percentile(50).Should().Be(TimeSpan.FromTicks(4096));
    }

    [Fact]
    public void Has_nothing_to_say_when_empty()
    {
        Histogram histogram = new();

        (histogram.Min, histogram.Max, histogram.Percentile(0), histogram.Percentile(50), histogram.Percentile(100))
            .Should().Be((null, null, null, null, null));
    }

    [Fact]
    public void Keeps_the_extremes_exactly_beyond_its_range()
    {
        Histogram histogram = new();
        histogram.Record(TimeSpan.FromDays(2));
        histogram.Record(TimeSpan.FromTicks(-5));

        histogram.Max.Should().Be(TimeSpan.FromDays(2));
        histogram.Min.Should().Be(TimeSpan.Zero);
        histogram.Percentile(100).Should().Be(TimeSpan.FromDays(2));
    }

    [Fact]
    public void Merges_into_what_one_would_have_counted()
    {
        Random random = new(5);
        Histogram[] parts = [new(), new(), new()];
        Histogram whole = new();
        for (int i = 0; i < 3_000; i++)
        {
            TimeSpan value = TimeSpan.FromTicks(random.NextInt64(1, 1L << random.Next(1, 36)));
            whole.Record(value);
            parts[i % 2].Record(value); // the third stays empty
        }

        Histogram merged = new();
        foreach (Histogram part in parts)
            merged.Merge(part);

        merged.Count.Should().Be(whole.Count);
        _percents.Select(merged.Percentile).Should().Equal(_percents.Select(whole.Percentile));
    }

    [Fact]
    public void Mean_and_deviation_are_those_of_the_samples()
    {
        Random random = new(6);
        Histogram histogram = new();
        List<double> exact = [];
        for (int i = 0; i < 10_000; i++)
        {
            long value = random.NextInt64(1, 1L << random.Next(1, 30));
            histogram.Record(TimeSpan.FromTicks(value));
            exact.Add(value);
        }

        double mean = exact.Average();
        double deviation = Math.Sqrt(exact.Sum(value => (value - mean) * (value - mean)) / (exact.Count - 1));
        ((double)histogram.Mean!.Value.Ticks).Should().BeApproximately(mean, 1);
        ((double)histogram.StandardDeviation!.Value.Ticks).Should().BeApproximately(deviation, deviation / 1_000);
    }

    [Fact]
    public void What_came_since_an_earlier_copy_is_what_was_recorded_since()
    {
        Random random = new(7);
        Histogram all = new(), earlier = new(), later = new();
        for (int i = 0; i < 5_000; i++)
        {
            TimeSpan value = TimeSpan.FromTicks(random.NextInt64(1, 1L << random.Next(1, 36)));
            all.Record(value);
            (i < 2_000 ? earlier : later).Record(value);
        }

        Histogram since = all.Since(earlier);

        (since.Count, since.Mean).Should().Be((later.Count, later.Mean));
        double[] inner = [1, 10, 50, 90, 99, 99.9];
        inner.Select(since.Percentile).Should().Equal(inner.Select(later.Percentile));
        Math.Abs(since.Max!.Value.Ticks - later.Max!.Value.Ticks).Should().BeLessThanOrEqualTo(later.Max.Value.Ticks / 1_000);
    }

    [Fact]
    public void Extremes_that_are_new_since_an_earlier_copy_are_exact()
    {
        Histogram all = new(), earlier = new();
        earlier.Record(TimeSpan.FromTicks(50_000));
        foreach (long ticks in (long[])[50_000, 40_001, 1_234_567])
            all.Record(TimeSpan.FromTicks(ticks));

        Histogram since = all.Since(earlier);

        (since.Min, since.Max).Should().Be((TimeSpan.FromTicks(40_001), TimeSpan.FromTicks(1_234_567)));
    }

    [Fact]
    public void The_buckets_hold_every_sample_in_order_each_three_percent_wide()
    {
        Random random = new(8);
        Histogram histogram = new();
        long[] all = [.. Enumerable.Range(0, 5_000).Select(_ => random.NextInt64(1L << random.Next(1, 35)))];
        foreach (long value in all)
            histogram.Record(TimeSpan.FromTicks(value));

        List<HistogramBucket> buckets = [.. histogram.Buckets()];

        buckets.Sum(bucket => bucket.Count).Should().Be(5_000);
        buckets.Zip(buckets.Skip(1)).Should().OnlyContain(pair => pair.First.To <= pair.Second.From);
        foreach (HistogramBucket bucket in buckets)
        {
            bucket.Count.Should().Be(all.LongCount(value => value >= bucket.From.Ticks && value < bucket.To.Ticks), "{0}", bucket);
            (bucket.To - bucket.From).Ticks.Should().BeLessThanOrEqualTo(Math.Max(1, bucket.From.Ticks / 31));
        }
    }

    [Fact]
    public void Allocates_nothing_to_record()
    {
        Histogram histogram = new();

        long allocated = Allocations.OfThisThread(() =>
        {
            for (int i = 0; i < 10_000; i++)
                histogram.Record(TimeSpan.FromTicks(i * 31));
        });

        allocated.Should().Be(0);
    }
}
