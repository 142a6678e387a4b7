namespace SumSocket.Measurement.Bench;

/// <summary>
/// What is asked when, and what of it counts. Instants are those of the clock of the bench, in ticks of 100 ns.
/// </summary>
internal sealed class BenchPlan
{
    private readonly BenchOptions _options;
    private readonly long _firstMeasured; // on schedule: the number of the first question that counts
    private long _until;                  // closed loop: when no more is asked
    private long _count;                  // on schedule: the number of the first question that is not asked

    /// <param name="options">What was asked for.</param>
    /// <param name="start">When the first question is asked.</param>
    public BenchPlan(BenchOptions options, long start)
    {
        (_options, Start) = (options, start);
        MeasureFrom = start + (options.RampUp + options.Warmup).Ticks;
        if (options.IsOpenLoop)
        {
            // From the first that counts to where the one after the last would be: so many intervals as questions, whatever the warm-up.
            _firstMeasured = DueBy(MeasureFrom - 1);
            MeasureFrom = DueOf(_firstMeasured);
            _count = options.Requests is { } requests ? _firstMeasured + requests : DueBy(MeasureFrom + options.Duration.Ticks - 1);
            _until = DueOf(_count);
        }
        else
        {
            _until = options.Requests is null ? MeasureFrom + options.Duration.Ticks : long.MaxValue;
        }
    }

    /// <summary>When the first question is asked.</summary>
    public long Start { get; }

    /// <summary>When the measured time begins; on schedule, when the first question is due that counts.</summary>
    public long MeasureFrom { get; }

    /// <summary>When it ends, as planned; <see cref="long.MaxValue"/> when a number of answers decides.</summary>
    public long Until => Volatile.Read(ref _until);

    /// <summary>The number of the first question that is not on the schedule.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Questions of one connection that count, in a closed loop: the number asked for, spread as evenly as it goes.</summary>
    public long QuotaOf(int connection) => _options.Requests is { } requests
        ? requests / _options.Connections + (connection < requests % _options.Connections ? 1 : 0)
        : long.MaxValue;

    /// <summary>The number of a connection's n-th question on the schedule: the connections take turns.</summary>
    public long NumberOf(int connection, long n) => n * _options.Connections + connection;

    /// <summary>When that question is due.</summary>
    public long DueOf(long number) => Start + Pacer.DueAt(number, _options.Rate).Ticks;

    /// <summary>Whether it counts.</summary>
    public bool IsMeasured(long number) => number >= _firstMeasured;

    /// <summary>When a connection begins to ask.</summary>
    public long StartOf(int connection) => Start + (long)((Int128)_options.RampUp.Ticks * connection / _options.Connections);

    /// <summary>Its first question on the schedule: the first that is due no earlier.</summary>
    public long FirstOf(int connection)
    {
        long due = DueBy(StartOf(connection) - 1);
        return Math.Max(0, (due - connection + _options.Connections - 1) / _options.Connections);
    }

    /// <summary>Nothing is asked any more that is not due now.</summary>
    public void Stop(long now)
    {
        Volatile.Write(ref _until, Math.Min(_until, now));
        if (_options.IsOpenLoop)
            Volatile.Write(ref _count, Math.Min(_count, DueBy(now)));
    }

    private long DueBy(long instant) => Pacer.DueBy(new TimeSpan(instant - Start), _options.Rate);
}
