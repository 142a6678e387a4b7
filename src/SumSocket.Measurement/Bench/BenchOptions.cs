namespace SumSocket.Measurement.Bench;

/// <summary>What a bench does. <see cref="Timeout.InfiniteTimeSpan"/> stands for no limit.</summary>
internal sealed record BenchOptions
{
    /// <summary>How many connections, or sockets where there are none, 1 to 100,000. Default 50.</summary>
    public int Connections { get; init; } = 50;

    /// <summary>How many requests one connection has in flight at most, 1 to 1,024. Default 1.</summary>
    public int Pipeline { get; init; } = 1;

    /// <summary>How many requests a connection carries before the client closes it and connects anew, at least 1; null, the default, keeps
    /// it. The clients must do so; the run then measures the connects too.</summary>
    public int? RequestsPerConnection { get; init; }

    /// <summary>How long to measure. Default 10 s. Not used with <see cref="Requests"/>.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many requests to measure, at least 1; null, the default, measures for <see cref="Duration"/>.</summary>
    public long? Requests { get; init; }

    /// <summary>Requests a second over all connections together (open loop), on a schedule that does not wait for answers, to a thousandth;
    /// 0, the default, sends the next as soon as the last is answered (closed loop).</summary>
    public double Rate { get; init; }

    /// <summary>How long to send before requests count. Default 1 s.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time over which connecting is spread, ahead of the warm-up. Default none: as fast as it goes.</summary>
    public TimeSpan RampUp { get; init; }

    /// <summary>When to send the first request, so that several benches begin together; null, the default, is as soon as all are
    /// connected.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Whether each interval keeps its histograms, about 2 KB each. Default false.</summary>
    public bool KeepsHistograms { get; init; }

    /// <summary>The length of one element of the series. Default 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The percentiles to report, 0 to 100. Default 50, 90, 99, 99.9.</summary>
    public IReadOnlyList<double> Percentiles { get; init; } = [50, 90, 99, 99.9];

    /// <summary>The limits that the result must keep. Default none.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];

    /// <summary>How long the client waits for an answer, and so how long the end waits for requests in flight. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many requests are measured at most; null where that depends on the server.</summary>
    public long? MostRequests => Requests ?? (IsOpenLoop ? (long)Math.Ceiling(Rate * Duration.TotalSeconds) : null);

    /// <summary>Whether requests are sent on schedule (open loop).</summary>
    public bool IsOpenLoop => Rate > 0;

    /// <summary>Whether connects are measured: where there are so many that they matter.</summary>
    public bool CountsConnects => RequestsPerConnection is not null;

    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Connections, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Connections, 100_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(Pipeline, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Pipeline, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(RequestsPerConnection ?? 1, 1, nameof(RequestsPerConnection));
        ArgumentOutOfRangeException.ThrowIfLessThan(Requests ?? 1, 1, nameof(Requests));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(Rate);
        ArgumentOutOfRangeException.ThrowIfLessThan(Warmup, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RampUp, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Interval, TimeSpan.Zero);
    }
}
