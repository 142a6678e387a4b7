using System.Text;
using FluentAssertions;
using HdrHistogram;
using SumSocket.Commands.Bench;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Commands.Bench;

public class HdrLogTests
{
    private static readonly DateTimeOffset _start = new(2026, 11, 29, 20, 0, 0, 250, TimeSpan.Zero);

    [Fact]
    public void HdrHistogram_reads_each_interval_as_it_was_recorded()
    {
        Histogram[] seconds = [Times(1), Times(2), new()];
        Histogram[] sent = [Times(3), Times(4), new()];
        using MemoryStream output = new();
        HdrLog log = new(new Silent(), output, new BenchOptions { Rate = 1000 }, () => _start);

        log.Begin();
        for (int i = 0; i < seconds.Length; i++)
            log.Add(Interval(i, seconds[i], sent[i]));

        string text = Encoding.UTF8.GetString(output.ToArray());
        text.Should().Contain("#[Histogram log format version 1.3]\n").And.Contain("\n#[StartTime: 1795982400.250 (seconds since epoch), ");
        using MemoryStream stream = new(output.ToArray());
        HistogramBase[] read = [.. new HistogramLogReader(stream).ReadHistograms()];
        read.Select(one => one.TotalCount).Should().Equal(
            seconds.Zip(sent).SelectMany(pair => (long[])[pair.First.Count, pair.Second.Count]));
        read.Select(one => one.Tag).Should().Equal(null, "uncorrected", null, "uncorrected", null, "uncorrected");
        read[2].StartTimeStamp.Should().Be(_start.ToUnixTimeMilliseconds() + 1000);
        foreach (double percent in (double[])[50, 90, 99])
        {
            double ours = seconds[1].Percentile(percent)!.Value.TotalNanoseconds;
            ((double)read[2].GetValueAtPercentile(percent)).Should().BeApproximately(ours, ours * 0.0015);
        }

        string longest = text.Split('\n')[4].Split(',')[2];
        longest.Should().Be(FormattableString.Invariant($"{seconds[0].Max!.Value.TotalMilliseconds:0.000}"));
    }

    private static Histogram Times(int seed)
    {
        Random random = new(seed);
        Histogram times = new();
        for (int i = 0; i < 1000; i++)
            times.Record(TimeSpan.FromTicks(1000 + random.Next(100_000)));
        return times;
    }

    private static BenchInterval Interval(int second, Histogram times, Histogram sent) => new()
    {
        Start = TimeSpan.FromSeconds(second),
        End = TimeSpan.FromSeconds(second + 1),
        Counts = new BenchCounts { Ok = times.Count },
        Count = times.Count,
        Max = times.Max,
        Percentiles = [],
        Histogram = HistogramText.Write(times),
        UncorrectedHistogram = HistogramText.Write(sent),
    };

    private sealed class Silent : IBenchReport;
}
