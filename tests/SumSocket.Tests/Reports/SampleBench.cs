using System.Text.Json;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports;
using SumSocket.Reports.Json;
using SumSocket.Reports.Reading;

namespace SumSocket.Tests.Reports;

/// <summary>
/// Benches that never ran, always the same ones: an open loop of 1,000 requests a second for 20 s with a stall of a second at 6 s, and an
/// outage of 2 s at 12 s or when else the caller says it begins; and a closed loop without a fault.
/// </summary>
internal static class SampleBench
{
    private const int Rate = 1000;
    private const int Seconds = 20;

    private static readonly double[] _percents = [50, 90, 99, 99.9];

    public static RecordedBench Open(int seed = 1, double scale = 1, int gone = 12, string name = "open.json") =>
        new(name, Setting("tcp", "127.0.0.1:5656"), MeasureOpen(seed, scale, gone), ExitCode: 1);

    public static RecordedBench Closed(
        string name = "closed.json") => new(name, Setting("udp", "[::1]:5656"), MeasureClosed(), ExitCode: 0);

    public static RecordedBench Read(byte[] json, string name) => (RecordedBench)ResultFile.Read(json, name);

    /// <summary>The closed loop with a connection for each request.</summary>
    public static RecordedBench WithConnects(string name = "connects.json")
    {
        RecordedBench closed = Closed(name);
        BenchResult result = closed.Result;
        return closed with
        {
            Result = result with
            {
                Options = result.Options with { RequestsPerConnection = 1 },
                Connects = new BenchConnects(
                    result.Totals.Ok, result.Throughput, 2, result.Uncorrected with { Min = TimeSpan.FromMicroseconds(11) },
                    result.Uncorrected with { Max = TimeSpan.FromSeconds(1) }),
                Series = [.. result.Series.Select(interval => interval with { Connects = interval.Counts.Ok })],
            },
        };
    }

    /// <summary>A bench that never met its server.</summary>
    public static RecordedBench Unreachable()
    {
        Histogram none = new();
        BenchResult result = Closed().Result with
        {
            End = BenchEnd.Unreachable,
            Duration = TimeSpan.Zero,
            Totals = new BenchCounts(),
            Throughput = 0,
            Uncorrected = LatencySummary.Of(none, _percents),
            Series = [],
            Path = [],
            ConnectionsMade = 0,
            ConnectsFailed = 50,
        };
        return Closed() with { Result = result, ExitCode = 5 };
    }

    public static byte[] Json(RecordedBench run, bool indented = true)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
            BenchJson.WriteResult(json, run.Result, run.Setting, run.ExitCode);

        return stream.ToArray();
    }

    public static RunInfo Setting(string transport, string address) => new("TcpClient", "0.1.0", transport, address, IsLoopback: false)
    {
        Runtime = ".NET 10.0.0",
        Host = "sample",
        System = "Debian GNU/Linux 12 (bookworm)",
        Architecture = "X64",
        Processors = 2,
    };

    private static BenchResult MeasureOpen(int seed, double scale, int gone)
    {
        Random random = new(seed);
        Histogram corrected = new(), uncorrected = new(), lag = new();
        List<BenchInterval> series = [];
        BenchCounts totals = new();
        for (int second = 0; second < Seconds; second++)
        {
            Histogram times = new();
            BenchCounts counts = new();
            for (int i = 0; i < Rate; i++)
            {
                double answer = scale * 180 * Math.Exp(0.35 * Normal(random));
                double wait = second == 6 ? 1e6 * (1 - i / (double)Rate) : 0;
                counts = Count(counts, second, second - gone, i);
                TimeSpan whole = TimeSpan.FromMicroseconds(Math.Round(answer + wait, 1));
                times.Record(whole);
                corrected.Record(whole);
                uncorrected.Record(TimeSpan.FromMicroseconds(Math.Round(answer + (i == 0 ? wait : 0), 1)));
                lag.Record(TimeSpan.FromMicroseconds(Math.Round(12 * Math.Exp(0.5 * Normal(random)), 1)));
            }

            series.Add(Interval(second, counts, times));
            totals = totals.Plus(counts);
        }

        ThresholdResult[] thresholds =
        [
            new(new Threshold("p99<10ms", ThresholdMetric.Percentile, 99, "<", 0.01),
                corrected.Percentile(99)!.Value.TotalSeconds, IsMet: false),
            new(new Threshold("errors<15%", ThresholdMetric.ErrorPercent, 0, "<", 15), totals.FailedPercent, IsMet: true),
            new(new Threshold("throughput>900", ThresholdMetric.Throughput, 0, ">", 900), totals.Ok / (double)Seconds, IsMet: false),
        ];
        BenchOptions options =
            new() { Rate = Rate, Duration = TimeSpan.FromSeconds(Seconds), Thresholds = [.. thresholds.Select(one => one.Threshold)] };
        return Result(options, totals, series, uncorrected) with
        {
            Corrected = LatencySummary.Of(corrected, _percents),
            Lag = LatencySummary.Of(lag, _percents),
            Outages =
            [
                new BenchOutage(TimeSpan.FromSeconds(gone), "connection reset by peer",
                    TimeSpan.FromSeconds(1.968), TimeSpan.FromSeconds(2.004), 50, 1950),
                new BenchOutage(TimeSpan.FromSeconds(16.25), "timed out after 0.5 s",
                    TimeSpan.FromSeconds(0.011), TimeSpan.FromSeconds(0.011), 1, 3),
            ],
            OutageCount = 2,
            ConnectionsMade = 101,
            ConnectionsLost = 51,
            ConnectsFailed = 388,
            Thresholds = thresholds,
        };
    }

    private static BenchResult MeasureClosed()
    {
        Random random = new(7);
        Histogram all = new();
        List<BenchInterval> series = [];
        BenchCounts totals = new();
        for (int second = 0; second < Seconds; second++)
        {
            Histogram times = new();
            int count = 4000 + random.Next(400);
            for (int i = 0; i < count; i++)
            {
                TimeSpan time = TimeSpan.FromMicroseconds(Math.Round(240 * Math.Exp(0.3 * Normal(random)), 1));
                times.Record(time);
                all.Record(time);
            }

            BenchCounts counts = new() { Ok = count, Sent = count, Retried = second == 7 ? 3 : 0 };
            series.Add(Interval(second, counts, times));
            totals = totals.Plus(counts);
        }

        return Result(new BenchOptions { Duration = TimeSpan.FromSeconds(Seconds) }, totals, series, all);
    }

    private static BenchResult Result(BenchOptions options, BenchCounts totals, List<BenchInterval> series, Histogram uncorrected) => new()
    {
        Options = options with { RequestTimeout = TimeSpan.FromSeconds(0.5) },
        StartedAt = new DateTimeOffset(2026, 11, 22, 10, 0, 0, 125, TimeSpan.Zero),
        End = BenchEnd.Complete,
        Duration = TimeSpan.FromSeconds(Seconds),
        Totals = totals,
        Warmup = new BenchCounts { Ok = Rate, Sent = Rate },
        Throughput = totals.Ok / (double)Seconds,
        Uncorrected = LatencySummary.Of(uncorrected, _percents),
        Series = series,
        Outages = [],
        OutageCount = 0,
        ConnectionsMade = 50,
        ConnectionsLost = 0,
        ConnectsFailed = 0,
        Path =
        [
            new Spread("rtt_us", 41, 63, 188, 3320), new Spread("rttvar_us", 9, 17, 64, 930),
            new Spread("retransmitted_segments", 0, 0, 2, 3), new Spread("cwnd_segments", 10, 10, 10, 500),
            new Spread("mss_bytes", 1448, 1448, 1448, 72400), new Spread("path_mtu_bytes", 1500, 1500, 1500, 75000),
        ],
        Thresholds = [],
    };

    private static BenchInterval Interval(int second, BenchCounts counts, Histogram times) => new()
    {
        Start = TimeSpan.FromSeconds(second),
        End = TimeSpan.FromSeconds(second + 1),
        Counts = counts,
        Count = times.Count,
        Mean = times.Mean,
        Max = times.Max,
        Percentiles = [.. _percents.Select(percent => new PercentileValue(percent, times.Percentile(percent)))],
    };

    private static BenchCounts Count(BenchCounts counts, int second, int sinceGone, int i) => (second, sinceGone, i) switch
    {
        (_, 0, < 50) => counts with { Reset = counts.Reset + 1, Sent = counts.Sent + 1 },
        (_, 0 or 1, _) => counts with { Refused = counts.Refused + 1 },
        (16, _, < 3) => counts with { TimedOut = counts.TimedOut + 1, Sent = counts.Sent + 1 },
        (17, _, 500) => counts with { Wrong = counts.Wrong + 1, Sent = counts.Sent + 1 },
        _ => counts with { Ok = counts.Ok + 1, Sent = counts.Sent + 1, Late = counts.Late + (second == 6 ? 1 : 0) },
    };

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
