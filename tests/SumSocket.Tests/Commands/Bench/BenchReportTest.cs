using System.Text;
using FluentAssertions;
using SumSocket.Commands.Bench;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports;
using SumSocket.Reports.Json;

namespace SumSocket.Tests.Commands.Bench;

/// <summary>One result of a bench, and each form of report written of it.</summary>
public abstract class BenchReportTest
{
    private protected static readonly RunInfo Setting = new("TcpClient", "0.1.0", "tcp", "localhost:5656", IsLoopback: false);

    private protected static BenchOptions Options(long rate) => new()
    {
        Rate = rate,
        Percentiles = [50, 99.9],
        Thresholds = [Threshold("p99<10ms"), Threshold("errors<1%"), Threshold("p99.9<1s")],
    };

    private protected static BenchResult Result(long rate)
    {
        Histogram times = new();
        for (int i = 0; i < 38; i++)
            times.Record(TimeSpan.FromMilliseconds(1 + i % 2));
        BenchOptions options = Options(rate);
        LatencySummary figures = LatencySummary.Of(times, options.Percentiles);
        TimeSpan cut = TimeSpan.FromSeconds(1.0005);
        BenchCounts first = new() { Ok = 20, Refused = 2, Sent = 20 };
        BenchCounts second = new() { Ok = 18, Sent = 18 };
        return new BenchResult
        {
            Options = options,
            StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            End = BenchEnd.Complete,
            Duration = TimeSpan.FromSeconds(2),
            Totals = new BenchCounts { Ok = 38, Refused = 2, Sent = 38 },
            Warmup = new BenchCounts(),
            Throughput = 19,
            Corrected = rate == 0 ? null : figures,
            Uncorrected = figures,
            Lag = rate == 0 ? null : figures,
            Series = [Interval(TimeSpan.Zero, cut, first, 15_005), Interval(cut, TimeSpan.FromSeconds(2), second, null)],
            Outages = [new BenchOutage(
                TimeSpan.FromSeconds(0.5), "connection closed by peer",
                TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.3), Connections: 1, Lost: 2)],
            OutageCount = 1,
            ConnectionsMade = 51,
            ConnectionsLost = 1,
            ConnectsFailed = 3,
            Path = [Spread.Of("rtt_us", [210, 90, 100, 120])],
            Thresholds =
            [
                new ThresholdResult(options.Thresholds[0], 0.0015, IsMet: true),
                new ThresholdResult(options.Thresholds[1], 5, IsMet: false),
                new ThresholdResult(options.Thresholds[2], null, IsMet: false),
            ],
        };
    }

    private protected static BenchInterval Interval(TimeSpan start, TimeSpan end, BenchCounts counts, long? median) => new()
    {
        Start = start,
        End = end,
        Counts = counts,
        Count = counts.Ok,
        Mean = TimeSpan.FromMilliseconds(1.5),
        Max = TimeSpan.FromMilliseconds(2),
        Percentiles = [new PercentileValue(50, median is { } ticks ? TimeSpan.FromTicks(ticks) : null), new PercentileValue(99.9, null)],
    };

    private protected static Threshold Threshold(string text)
    {
        ThresholdText.TryParseBench(text, out Threshold threshold).Should().BeTrue();
        return threshold;
    }

    private protected static string Render(Func<Stream, IBenchReport> make, BenchResult result, int exitCode = 0)
    {
        MemoryStream output = new();
        IBenchReport report = make(output);
        report.Begin();
        foreach (BenchInterval interval in result.Series)
            report.Add(interval);
        report.End(result, exitCode);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
