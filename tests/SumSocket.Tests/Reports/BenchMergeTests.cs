using FluentAssertions;
using SumSocket.Cli;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports;
using SumSocket.Reports.Merging;
using Xunit;

namespace SumSocket.Tests.Reports;

public class BenchMergeTests
{
    private static readonly DateTimeOffset _start = new(2026, 11, 29, 20, 0, 0, TimeSpan.Zero);
    private static readonly double[] _percents = [50, 90, 99, 99.9, 99.99];

    [Fact]
    public void The_sum_of_four_is_that_of_all_samples_together()
    {
        RecordedBench[] four = [.. Enumerable.Range(0, 4).Select(i => Read(Measure(i)))];
        Histogram all = new();
        foreach (int i in Enumerable.Range(0, 4))
            Samples(i).ForEach(second => second.ForEach(time => all.Record(time)));

        BenchResult sum = Add(four).Result;

        AssertSame(sum.Corrected!, LatencySummary.Of(all, _percents));
        sum.Corrected!.Percentiles.Should().NotContain(one => one.Value == null);
        (sum.Totals.Ok, sum.Options.Rate, sum.Options.Connections).Should().Be((all.Count, 4000, 40));
        sum.Throughput.Should().BeApproximately(all.Count / 3.0, 1);
        sum.Parts.Select(part => part.Name).Should().Equal("0.json", "1.json", "2.json", "3.json");
    }

    [Fact]
    public void A_sum_is_added_up_again_to_the_same()
    {
        RecordedBench[] four = [.. Enumerable.Range(0, 4).Select(i => Read(Measure(i)))];

        BenchResult twice = Add([Read(Add(four[..2]) with { Name = "a" }), Read(Add(four[2..]) with { Name = "b" })]).Result;

        BenchResult once = Add(four).Result;
        AssertSame(twice.Corrected!, once.Corrected!);
        twice.Series.Should().BeEquivalentTo(once.Series, as_ => as_.Excluding(one => one.Mean));
        twice.Parts.Should().Equal(once.Parts);
    }

    [Fact]
    public void Intervals_meet_by_the_time_of_day_and_their_percentiles_are_those_of_all_samples_in_them()
    {
        RecordedBench first = Read(Measure(0)), second = Read(Measure(1, after: TimeSpan.FromMilliseconds(2003)));

        IReadOnlyList<BenchInterval> series = Add([first, second]).Result.Series;

        List<List<TimeSpan>> a = Samples(0), b = Samples(1);
        List<TimeSpan>[] cells = [a[0], a[1], [.. a[2], .. b[0]], b[1], b[2]];
        series.Select(one => one.Counts.Ok).Should().Equal(cells.Select(cell => (long)cell.Count));
        series.Zip(cells).Should().AllSatisfy(pair =>
        {
            Histogram times = new();
            pair.Second.ForEach(time => times.Record(time));
            pair.First.Percentiles.Take(3).Should().Equal(LatencySummary.Read(times, _percents).Take(3));
            pair.First.Max.Should().Be(times.Max);
        });
        series.Select(one => one.Start.TotalSeconds).Should().Equal(0, 1, 2, 3.003, 4.003);
        series.Zip(series.Skip(1)).Should().AllSatisfy(pair => pair.Second.Start.Should().Be(pair.First.End));
    }

    [Fact]
    public void A_rest_that_ended_after_the_measured_time_belongs_to_its_neighbour()
    {
        RecordedBench first = Read(Measure(0)), second = Measure(1, after: TimeSpan.FromMilliseconds(2));
        BenchInterval rest = second.Result.Series[0] with { Start = TimeSpan.FromSeconds(3), End = TimeSpan.FromSeconds(3.05) };
        second = Read(second with { Result = second.Result with { Series = [.. second.Result.Series, rest] } });

        IReadOnlyList<BenchInterval> series = Add([first, second]).Result.Series;

        series.Should().HaveCount(3);
        series[2].Counts.Ok.Should().Be(first.Result.Series[2].Counts.Ok + second.Result.Series[2].Counts.Ok + rest.Counts.Ok);
        series[2].End.TotalSeconds.Should().Be(3.052);
    }

    [Fact]
    public void Intervals_without_histograms_have_counts_and_no_percentiles_and_that_is_reported()
    {
        RecordedBench first = Read(Measure(0)), second = Read(Measure(1, keeps: false));

        Add([first, second]).Result.Series.Should().AllSatisfy(one => one.Percentiles.Should().OnlyContain(value => value.Value == null));

        MergeCheck.Notes([first, second]).Should().Equal("the series has no percentiles: 1.json was measured without --start-at");
    }

    [Fact]
    public void Thresholds_are_checked_again_with_the_figures_of_all()
    {
        Threshold threshold = new("throughput>2500", ThresholdMetric.Throughput, 0, ">", 2500);
        RecordedBench[] three = [.. Enumerable.Range(0, 3).Select(i => With(Measure(i), result => result with
        {
            Thresholds = [new ThresholdResult(threshold, result.Throughput, IsMet: false)],
        }))];

        Add([.. three.Select(Read)]).Result.Thresholds.Should().ContainSingle().Which.IsMet.Should().BeTrue();
    }

    [Fact]
    public void Outages_keep_their_source_and_are_placed_by_the_time_of_day()
    {
        BenchOutage outage = new(TimeSpan.FromSeconds(1), "connection reset by peer", TimeSpan.FromSeconds(1), null, 3, 7);
        RecordedBench[] two = [.. Enumerable.Range(0, 2).Select(i => With(
            Measure(i, after: TimeSpan.FromSeconds(-i)), result => result with { Outages = [outage], OutageCount = 1 }))];

        BenchResult sum = Read(Add([.. two.Select(Read)])).Result;

        sum.Outages.Should().Equal(outage with { Source = "1.json" }, outage with { Start = TimeSpan.FromSeconds(2), Source = "0.json" });
        sum.OutageCount.Should().Be(2);
    }

    [Fact]
    public void What_was_measured_at_another_time_or_in_another_way_is_reported_with_figures()
    {
        RecordedBench first = Read(Measure(0)), second = Read(With(Measure(1, after: TimeSpan.FromSeconds(1)), result => result with
        {
            Options = result.Options with { Pipeline = 4 },
        }));

        MergeCheck.Notes([first, second]).Should().Equal(
            "--pipeline differs: 1 (0.json), 4 (1.json)",
            "all were measured together for 2.000 s of 4.000 s (1.json began 1.000 s after 0.json): throughput and rate are sums of what "
            + "was not reached at one time");
        MergeCheck.Notes([first, Read(Measure(1, after: TimeSpan.FromMilliseconds(15)))]).Should().BeEmpty();
    }

    [Fact]
    public void What_cannot_be_added_is_refused_in_a_line()
    {
        RecordedBench one = Read(Measure(0)), other = Read(Measure(1));
        RecordedBench udp = other with { Setting = other.Setting with { Transport = "udp" } };
        RecordedBench closed = With(other, result => result with { Corrected = null, Options = result.Options with { Rate = 0 } });
        RecordedBench old = With(other, result => result with { Uncorrected = result.Uncorrected with { Histogram = null } });
        RecordedBench gone = With(other, result => result with { End = BenchEnd.Unreachable });

        Refusal(one, udp).Should().Be("report: cannot be added up: transport differs: tcp (0.json), udp (1.json)");
        Refusal(one, closed).Should().Be("report: cannot be added up: loop differs: open (--rate) (0.json), closed (1.json)");
        Refusal(one, old).Should().Be("report: '1.json' has no histograms: it is of a version whose results cannot be added up");
        Refusal(one, gone).Should().Be("report: '1.json' never reached its server: leave it out");
        Refusal(one, one with { Name = "copy.json" }).Should()
            .Be("report: 'copy.json' holds a measurement that another of the results holds too: give each only once");
        Refusal(Read(Add([one, other]) with { Name = "sum.json" }), other).Should().Contain("'1.json' holds a measurement");
        Refusal(one, other).Should().BeNull();
    }

    private static RecordedBench Add(RecordedBench[] runs)
    {
        (RunInfo setting, BenchResult result) = BenchMerge.Add(runs);
        return new RecordedBench("sum.json", setting, result, 0);
    }

    /// <summary>As it is read from its file.</summary>
    private static RecordedBench Read(RecordedBench run) => SampleBench.Read(SampleBench.Json(run), run.Name);

    private static RecordedBench With(RecordedBench run, Func<BenchResult, BenchResult> change) => run with { Result = change(run.Result) };

    private static string? Refusal(params RecordedBench[] runs)
    {
        try
        {
            MergeCheck.Refuse(runs);
            return null;
        }
        catch (CommandFailedException failure)
        {
            failure.ExitCode.Should().Be(ExitCode.Usage);
            return failure.Message;
        }
    }

    private static void AssertSame(LatencySummary actual, LatencySummary expected)
    {
        (actual.Count, actual.Min, actual.Max, actual.Mean, actual.StandardDeviation).Should()
            .Be((expected.Count, expected.Min, expected.Max, expected.Mean, expected.StandardDeviation));
        actual.Percentiles.Should().Equal(expected.Percentiles);
        actual.Curve.Should().Equal(expected.Curve);
        actual.Buckets.Should().Equal(expected.Buckets);
        actual.Histogram!.Counts.ToArray().Should().Equal(expected.Histogram!.Counts.ToArray());
    }

    /// <summary>Three seconds of times, those of each generator of another size: no percentile of all is a mean of theirs.</summary>
    private static List<List<TimeSpan>> Samples(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 900 + random.Next(200))
            .Select(_ => TimeSpan.FromTicks((long)(Math.Exp(random.NextDouble() * 6) * 1000 * (1 << 2 * seed)))).ToList())];
    }

    private static RecordedBench Measure(int seed, TimeSpan after = default, bool keeps = true)
    {
        Histogram all = new();
        List<BenchInterval> series = [];
        foreach (List<TimeSpan> second in Samples(seed))
        {
            Histogram times = new();
            second.ForEach(time => times.Record(time));
            all.Merge(times);
            series.Add(new BenchInterval
            {
                Start = TimeSpan.FromSeconds(series.Count),
                End = TimeSpan.FromSeconds(series.Count + 1),
                Counts = new BenchCounts { Ok = times.Count, Sent = times.Count },
                Count = times.Count,
                Mean = times.Mean,
                Max = times.Max,
                Percentiles = LatencySummary.Read(times, _percents),
                Histogram = keeps ? HistogramText.Write(times) : null,
            });
        }

        RecordedBench sample = SampleBench.Closed($"{seed}.json");
        LatencySummary summary = LatencySummary.Of(all, _percents);
        return sample with
        {
            Setting = sample.Setting with { Transport = "tcp", Host = $"host-{seed}" },
            Result = sample.Result with
            {
                Options = sample.Result.Options with
                {
                    Rate = 1000,
                    Connections = 10,
                    Duration = TimeSpan.FromSeconds(3),
                    Percentiles = _percents,
                },
                StartedAt = _start + after,
                Duration = TimeSpan.FromSeconds(3),
                Totals = new BenchCounts { Ok = all.Count, Sent = all.Count },
                Throughput = all.Count / 3.0,
                Corrected = summary,
                Uncorrected = summary,
                Lag = summary,
                Series = series,
            },
        };
    }
}
