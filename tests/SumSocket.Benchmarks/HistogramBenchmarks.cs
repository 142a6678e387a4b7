using BenchmarkDotNet.Attributes;
using SumSocket.Measurement.Statistics;

namespace SumSocket.Benchmarks;

/// <summary>What one measured latency costs the one who measures, and what a percentile costs at the end.</summary>
[MemoryDiagnoser]
public class HistogramBenchmarks
{
    private const int Count = 1000;

    private readonly Histogram _histogram = new();
    private readonly TimeSpan[] _latencies = [.. Latencies()];

    [Benchmark(OperationsPerInvoke = Count)]
    public long Record()
    {
        foreach (TimeSpan latency in _latencies)
            _histogram.Record(latency);
        return _histogram.Count;
    }

    [Benchmark]
    public TimeSpan? Percentile()
    {
        _histogram.Record(_latencies[0]);
        _histogram.Record(_latencies[1]);
        return _histogram.Percentile(50);
    }

    /// <summary>From 10 microseconds to 10 milliseconds, each power of ten as often as the next.</summary>
    private static IEnumerable<TimeSpan> Latencies()
    {
        Random random = new(5656);
        for (int i = 0; i < Count; i++)
            yield return TimeSpan.FromMicroseconds(10 * Math.Pow(1000, random.NextDouble()));
    }
}
