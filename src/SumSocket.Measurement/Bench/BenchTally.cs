namespace SumSocket.Measurement.Bench;

/// <summary>Counts and times of requests. Not for several threads at once.</summary>
internal sealed class BenchTally(bool isOpenLoop, bool countsConnects = false)
{
    private const long LateAfter = TimeSpan.TicksPerMillisecond; // less than this counts as at once

    private readonly long[] _outcomes = new long[OutcomeClass.All.Count];
    private long _sent;
    private long _late;
    private long _retried;

    public Histogram? Corrected { get; } = isOpenLoop ? new Histogram() : null;

    public Histogram Uncorrected { get; } = new();

    public Histogram? Lag { get; } = isOpenLoop ? new Histogram() : null;

    /// <summary>Null where connections are kept.</summary>
    public ConnectTally? Connects { get; } = countsConnects ? new ConnectTally() : null;

    /// <summary>Right sums that came within the measured time.</summary>
    public long OkInTime { get; private set; }

    /// <summary>The times that reports show.</summary>
    public Histogram Times => Corrected ?? Uncorrected;

    public BenchCounts Counts => new(_outcomes) { Sent = _sent, Late = _late, Retried = _retried };

    /// <summary>Counts requests that were handed to the client, all at the same instants. Unsent ones have a time only if they waited for
    /// room or a connection: one that failed at once would make the server look fast.</summary>
    public void Count(BenchOutcome outcome, in RequestTimes times, long ended, bool inTime, long count)
    {
        _outcomes[(int)outcome] += count;
        long lag = times.Sent - Math.Max(times.Due, times.Ready);
        if (!OutcomeClass.Of(outcome).IsSent)
        {
            if (ended - times.Due - lag > LateAfter)
                Corrected?.Record(new TimeSpan(ended - times.Due), count);
            return;
        }

        _sent += count;
        if (outcome == BenchOutcome.Ok && inTime)
            OkInTime += count;
        Uncorrected.Record(new TimeSpan(ended - times.Sent), count);
        if (Corrected is null)
            return;
        Corrected.Record(new TimeSpan(ended - times.Due), count);
        Lag!.Record(new TimeSpan(lag), count);
        if (times.Sent - times.Due > LateAfter)
            _late += count;
    }

    /// <summary>Counts a request that was due and never sent. It waited until the end like one that was, so its time counts too.</summary>
    public void CountUnsent(long due, long ended)
    {
        _outcomes[(int)BenchOutcome.Unanswered]++;
        Corrected?.Record(new TimeSpan(Math.Max(0, ended - due)));
    }

    public void CountRetried() => _retried++;

    /// <summary>Adds all of <paramref name="other"/>.</summary>
    public void Merge(BenchTally other)
    {
        for (int i = 0; i < _outcomes.Length; i++)
            _outcomes[i] += other._outcomes[i];
        _sent += other._sent;
        _late += other._late;
        _retried += other._retried;
        OkInTime += other.OkInTime;
        Uncorrected.Merge(other.Uncorrected);
        Corrected?.Merge(other.Corrected!);
        Lag?.Merge(other.Lag!);
        Connects?.Merge(other.Connects!);
    }

    /// <summary>The interval since <paramref name="earlier"/>.</summary>
    public BenchInterval Since(BenchTally earlier, TimeSpan start, TimeSpan end, BenchOptions options)
    {
        Histogram times = Times.Since(earlier.Times);
        return new BenchInterval
        {
            Start = start,
            End = end,
            Counts = Counts.Less(earlier.Counts),
            Count = times.Count,
            Mean = times.Mean,
            Max = times.Max,
            Percentiles = LatencySummary.Read(times, options.Percentiles),
            Histogram = options.KeepsHistograms ? HistogramText.Write(times) : null,
            UncorrectedHistogram = options.KeepsHistograms && Corrected is not null
                ? HistogramText.Write(Uncorrected.Since(earlier.Uncorrected))
                : null,
            Connects = Connects?.Connect.Count - (earlier.Connects?.Connect.Count ?? 0),
        };
    }
}
