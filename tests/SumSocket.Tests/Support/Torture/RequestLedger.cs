using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SumSocket.Client;
using SumSocket.Measurement.Statistics;
using SumSocket.Protocol;

namespace SumSocket.Tests;

/// <summary>How a request ended, as a <see cref="RequestLedger"/> has it.</summary>
internal enum RequestFate
{
    /// <summary>With its sum, which is right.</summary>
    Right,

    /// <summary>With an error of the server, as it should, or one that is no fault of the request such as <c>busy</c>.</summary>
    Error,

    /// <summary>Without an answer: its deadline passed.</summary>
    TimedOut,

    /// <summary>Without an answer: its connection was lost.</summary>
    Lost,

    /// <summary>It was never sent.</summary>
    Refused,

    /// <summary>Its caller gave it up.</summary>
    Cancelled,

    /// <summary>With a wrong sum, or an error where there is a sum.</summary>
    Wrong,
}

/// <summary>Holds every request from its begin to its end. Each must end exactly once, and each sum is checked here, by arithmetic of its
/// own. For any number of threads.</summary>
internal sealed class RequestLedger : ISumObserver
{
    private const int FaultsKept = 20;

    private readonly ConcurrentDictionary<long, Entry> _open = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly Histogram _times = new();
    private readonly long[] _ends = new long[Enum.GetValues<RequestFate>().Length];
    private long _begun, _faultCount;

    /// <summary>How many requests were begun.</summary>
    public long Begun => Volatile.Read(ref _begun);

    /// <summary>How many have not ended.</summary>
    public int Open => _open.Count;

    /// <summary>How many things happened that must not: wrong sums, second ends, ends of what was never begun.</summary>
    public long FaultCount => Volatile.Read(ref _faultCount);

    /// <summary>The first of them in words.</summary>
    public IEnumerable<string> Faults => _faults;

    /// <summary>How many ended in one way.</summary>
    public long this[RequestFate end] => Volatile.Read(ref _ends[(int)end]);

    /// <summary>How many ended.</summary>
    public long Ended => Enum.GetValues<RequestFate>().Sum(end => this[end]);

    /// <summary>The time of the right answers so far, at a percentile.</summary>
    public TimeSpan? Percentile(double percent)
    {
        lock (_times)
            return _times.Percentile(percent);
    }

    /// <summary>Requests one sum and enters what becomes of it.</summary>
    /// <returns>True when it was answered with the right sum.</returns>
    public async Task<bool> AskAsync(ISumClient client, long a, long b, CancellationToken cancel = default)
    {
        long ticket = Begin(a, b);
        try
        {
            return End(ticket, a, b, await client.SumAsync(a, b, cancel).ConfigureAwait(false)) == RequestFate.Right;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            End(ticket, a, b, RequestFate.Cancelled);
            return false;
        }
    }

    /// <summary>Requests many sums in one call, with this ledger as their observer.</summary>
    public void Submit(ISumClient client, int count, Random random)
    {
        Span<SumRequest> requests = count <= 64 ? stackalloc SumRequest[count] : new SumRequest[count];
        foreach (ref SumRequest request in requests)
        {
            (long a, long b) = Addends(random);
            request = new SumRequest(a, b, Begin(a, b));
        }

        client.Submit(requests, this);
    }

    /// <summary>Addends of all magnitudes; of one pair in a hundred the sum is out of range.</summary>
    public static (long A, long B) Addends(Random random) => random.Next(100) == 0
        ? (long.MaxValue, random.NextInt64(1, long.MaxValue))
        : (Addend(random), Addend(random));

    /// <inheritdoc/>
    public void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp)
    {
        foreach (ref readonly SumCompletion sum in sums)
            End(sum.Tag, sum.A, sum.B, sum.Result);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string ends = string.Join(", ", Enum.GetValues<RequestFate>().Select(end => $"{this[end]} {end}"));
        string faults = string.Concat(Faults.Select(fault => $"\n  {fault}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Begun} requests: {ends}, {Open} open, {FaultCount} faults; p50 {Percentile(50)?.TotalMilliseconds:0.0} ms, " +
            $"p99 {Percentile(99)?.TotalMilliseconds:0.0} ms{faults}");
    }

    private static long Addend(Random random) => random.NextInt64(long.MinValue / 2, long.MaxValue / 2) >> random.Next(64);

    private long Begin(long a, long b)
    {
        long ticket = Interlocked.Increment(ref _begun);
        _open[ticket] = new Entry(a, b, Stopwatch.GetTimestamp());
        return ticket;
    }

    private RequestFate End(long ticket, long a, long b, SumResult result)
    {
        Int128 sum = (Int128)a + b;
        bool hasSum = sum >= long.MinValue && sum <= long.MaxValue;
        return End(ticket, a, b, result.Outcome switch
        {
            SumOutcome.Sum => hasSum && sum == result.Sum ? RequestFate.Right : RequestFate.Wrong,
            SumOutcome.ServerError when result.Error == ErrorCode.Overflow => hasSum ? RequestFate.Wrong : RequestFate.Error,
            SumOutcome.ServerError => RequestFate.Error,
            SumOutcome.TimedOut => RequestFate.TimedOut,
            SumOutcome.OutcomeUnknown => RequestFate.Lost,
            SumOutcome.NotSent => RequestFate.Refused,
            _ => RequestFate.Wrong,
        });
    }

    private RequestFate End(long ticket, long a, long b, RequestFate end)
    {
        if (!_open.TryRemove(ticket, out Entry entry))
            Fault($"request {ticket} ({a} + {b}) ended again, or was never begun: {end}");
        else if (entry.A != a || entry.B != b)
            Fault($"request {ticket} was {entry.A} + {entry.B} and ended as {a} + {b}");
        else if (end == RequestFate.Wrong)
            Fault($"request {ticket} ({a} + {b}) was answered wrong");
        else if (end == RequestFate.Right)
            Record(Stopwatch.GetElapsedTime(entry.Started));
        Interlocked.Increment(ref _ends[(int)end]);
        return end;
    }

    private void Record(TimeSpan time)
    {
        lock (_times)
            _times.Record(time);
    }

    private void Fault(string what)
    {
        if (Interlocked.Increment(ref _faultCount) <= FaultsKept)
            _faults.Enqueue(what);
    }

    private readonly record struct Entry(long A, long B, long Started);
}
