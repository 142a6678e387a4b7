namespace SumSocket.Measurement.Bench;

/// <summary>Counts and times of questions. Not for several threads at once.</summary>
internal sealed class BenchTally(bool isOpenLoop)
{
    private const long LateAfter = TimeSpan.TicksPerMillisecond; // what takes less is done at once

    private readonly long[] _outcomes = new long[OutcomeClass.All.Count];
    private long _sent;
    private long _late;

    public Histogram? Corrected { get; } = isOpenLoop ? new Histogram() : null;

    public Histogram Uncorrected { get; } = new();

    public Histogram? Lag { get; } = isOpenLoop ? new Histogram() : null;

    /// <summary>Right sums that came within the measured time.</summary>
    public long OkInTime { get; private set; }

    /// <summary>The times that people look at.</summary>
    public Histogram Times => Corrected ?? Uncorrected;

    public BenchCounts Counts => new(_outcomes) { Sent = _sent, Late = _late };

    /// <summary>Counts questions that were handed to the client, all at the same instants. Those that it did not send have a time only if
    /// they waited for a place or a connection: what failed at once would make the server look fast, and to omit what waited would,
    /// too.</summary>
    public void Count(BenchOutcome outcome, in RequestTimes asked, long ended, bool inTime, long questions)
    {
        _outcomes[(int)outcome] += questions;
        long lag = asked.Sent - Math.Max(asked.Due, asked.Ready);
        if (!OutcomeClass.Of(outcome).IsSent)
        {
            if (ended - asked.Due - lag > LateAfter)
                Corrected?.Record(new TimeSpan(ended - asked.Due), questions);
            return;
        }

        _sent += questions;
        if (outcome == BenchOutcome.Ok && inTime)
            OkInTime += questions;
        Uncorrected.Record(new TimeSpan(ended - asked.Sent), questions);
        if (Corrected is null)
            return;
        Corrected.Record(new TimeSpan(ended - asked.Due), questions);
        Lag!.Record(new TimeSpan(lag), questions);
        if (asked.Sent - asked.Due > LateAfter)
            _late += questions;
    }

    /// <summary>Counts a question that was due and never sent. It waited until the end like one that was, and would otherwise be
    /// omitted.</summary>
    public void CountUnsent(long due, long ended)
    {
        _outcomes[(int)BenchOutcome.Unanswered]++;
        Corrected?.Record(new TimeSpan(Math.Max(0, ended - due)));
    }

    /// <summary>Takes in all of <paramref name="other"/>.</summary>
    public void Merge(BenchTally other)
    {
        for (int i = 0; i < _outcomes.Length; i++)
            _outcomes[i] += other._outcomes[i];
        _sent += other._sent;
        _late += other._late;
        OkInTime += other.OkInTime;
        Uncorrected.Merge(other.Uncorrected);
        Corrected?.Merge(other.Corrected!);
        Lag?.Merge(other.Lag!);
    }

    /// <summary>The interval since <paramref name="earlier"/>.</summary>
    public BenchInterval Since(BenchTally earlier, TimeSpan start, TimeSpan end, IReadOnlyList<double> percentiles)
    {
        Histogram times = Times.Since(earlier.Times);
        BenchCounts now = Counts, before = earlier.Counts;
        return new BenchInterval
        {
            Start = start,
            End = end,
            Counts = now.Less(before),
            Count = times.Count,
            Mean = times.Mean,
            Max = times.Max,
            Percentiles = LatencySummary.Read(times, percentiles),
        };
    }
}
