namespace SumSocket.Measurement.Bench;

/// <summary>What is sent when, and what of it counts. Instants are those of the clock of the bench, in ticks of 100 ns.</summary>
internal sealed class BenchPlan
{
    private readonly BenchOptions _options;
    private readonly long _firstMeasured; // on schedule: the number of the first request that counts
    private long _until;                  // closed loop: when no more is sent
    private long _count;                  // on schedule: the number of the first request that is not sent

    public BenchPlan(BenchOptions options, long start)
    {
        (_options, Start) = (options, start);
        MeasureFrom = start + options.Warmup.Ticks;
        if (options.IsOpenLoop)
        {
            // From the first that counts to where the one after the last would be: so many intervals as requests, whatever the warm-up.
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

    /// <summary>When the first request is sent.</summary>
    public long Start { get; }

    /// <summary>When the measured time begins; on schedule, when the first request is due that counts.</summary>
    public long MeasureFrom { get; }

    /// <summary>When the measured time ends, as planned; <see cref="long.MaxValue"/> when a number of answers decides.</summary>
    public long Until => Volatile.Read(ref _until);

    /// <summary>The number of the first request that is not on the schedule.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Requests of one connection that count, in a closed loop: the number requested, spread as evenly as it goes.</summary>
    public long QuotaOf(int connection) => _options.Requests is { } requests
        ? requests / _options.Connections + (connection < requests % _options.Connections ? 1 : 0)
        : long.MaxValue;

    /// <summary>The number of a connection's n-th request on the schedule: the connections take turns.</summary>
    public long NumberOf(int connection, long n) => n * _options.Connections + connection;

    /// <summary>When that request is due.</summary>
    public long DueOf(long number) => Start + Pacer.DueAt(number, _options.Rate).Ticks;

    /// <summary>Whether that request counts.</summary>
    public bool IsMeasured(long number) => number >= _firstMeasured;

    /// <summary>Ends the plan: only what is due by now is still sent.</summary>
    public void Stop(long now)
    {
        Volatile.Write(ref _until, Math.Min(_until, now));
        if (_options.IsOpenLoop)
            Volatile.Write(ref _count, Math.Min(_count, DueBy(now)));
    }

    private long DueBy(long instant) => Pacer.DueBy(new TimeSpan(instant - Start), _options.Rate);
}

/// <summary>When requests of an open loop are due: pure functions, so that no delay of an answer can move the schedule. Rates are a second,
/// to a thousandth, in integers so that nothing is rounded over months.</summary>
internal static class Pacer
{
    private const int PerUnit = 1000;
    private const long TicksPerUnit = PerUnit * TimeSpan.TicksPerSecond;

    /// <summary>When request <paramref name="number"/>, from 0, is due after the start of the schedule: at number / rate.</summary>
    public static TimeSpan DueAt(long number, double rate)
    {
        long units = Units(rate);
        (long seconds, long rest) = Math.DivRem(number * PerUnit, units);
        return new(seconds * TimeSpan.TicksPerSecond + (long)((Int128)rest * TimeSpan.TicksPerSecond / units));
    }

    /// <summary>How many requests are due <paramref name="elapsed"/> after the start: the number of the first that is not.</summary>
    public static long DueBy(TimeSpan elapsed, double rate)
    {
        if (elapsed < TimeSpan.Zero)
            return 0;
        // DueAt rounds down, so the first n with DueAt(n) > elapsed is the first with n x 10^7 >= (elapsed + 1) x rate.
        return (long)(((Int128)(elapsed.Ticks + 1) * Units(rate) + TicksPerUnit - 1) / TicksPerUnit);
    }

    private static long Units(double rate) => (long)Math.Round(rate * PerUnit);
}

/// <summary>Addends of every length and both signs, so that an answer to the wrong request is a wrong answer. Marsaglia's xorshift: a few
/// instructions, no object, and the same sequence in every run.</summary>
internal struct Addends(int seed)
{
    private ulong _state = 0x9E3779B97F4A7C15 * ((ulong)seed + 1);

    /// <summary>The next two; their sum is always in the 64-bit range.</summary>
    public (long A, long B) Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        ulong drawn = _state * 0x2545F4914F6CDD1D; // xorshift64*: the upper bits of the product are the good ones
        return (Shorten((int)(drawn >> 27), drawn), Shorten((int)(_state >> 16), _state));
    }

    /// <summary>Cuts a number of 32 bits, which no sum overflows, to any length by five bits that are not in it.</summary>
    private static long Shorten(int number, ulong drawn) => number >> (int)(drawn >> 59);
}
