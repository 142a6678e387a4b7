using System.Net;
using SumSocket.Protocol;

namespace SumSocket.Measurement.Ping;

/// <summary>What a probe has seen. Rounds and events end on several threads, so every member takes the lock.</summary>
internal sealed class PingRecord
{
    // A request that has waited this much longer than nearly all answers took, or an interval if that is more, counts as lost.
    private static readonly TimeSpan _leastPatience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly PingOptions _options;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly Histogram _times = new();
    private readonly Jitter _jitter = new();
    private readonly ConnectionHistory _connections = new();
    private readonly OutageLog _outages;
    private readonly OutageFinder _finder;
    private readonly long[] _outcomes = new long[(int)SumOutcome.OutcomeUnknown + 1];
    private (long Count, TimeSpan Time) _usual; // what nearly all answers took, and how many there were then
    private long _rounds;
    private long _open;
    private long _retried;

    public PingRecord(PingOptions options, TimeProvider clock, ClientMetrics? metrics = null)
    {
        (_options, _clock, _start) = (options, clock, clock.GetTimestamp());
        _outages = new OutageLog(options.Workers) { Ended = metrics is null ? null : metrics.OutageEnded };
        _finder = new OutageFinder(_outages);
    }

    /// <summary>What it has counted, for metrics.</summary>
    public RequestTotals Totals => new(
        () =>
        {
            lock (_lock)
                return [.. _outcomes.Select((count, outcome) => (ClientMetrics.ErrorOf((SumOutcome)outcome), count))];
        },
        Active: () => Volatile.Read(ref _open), Retried: () => Volatile.Read(ref _retried),
        Outages: () =>
        {
            lock (_lock)
                return _outages.Count;
        });

    public TimeSpan Elapsed => _clock.GetElapsedTime(_start);

    public PingRequest BeginRound(int worker, long sequence)
    {
        lock (_lock)
        {
            PingRequest request = new(worker, sequence, Elapsed) { B = PingAddend.Of(_options, _rounds), Trouble = _connections.Trouble };
            _rounds++;
            _open++;
            _finder.Add(request);
            return request;
        }
    }

    public PingRound EndRound(PingRequest request, SumResult result)
    {
        lock (_lock)
        {
            TimeSpan now = Elapsed;
            TimeSpan time = now - request.SentAt;
            _open--;
            if (result.IsSum && (Int128)_options.A + request.B != result.Sum)
                result = result with { Outcome = SumOutcome.WrongAnswer };
            _outcomes[(int)result.Outcome]++;
            string reason = Reason(request, result);
            _finder.End(request, EndOf(result), now, reason);
            if (result.IsRetried)
                _retried++;
            if (result is { IsRetried: true, IsSum: true })
                _finder.Answer(now); // sent again after the loss of its connection, it ends that outage
            if (result.IsSum)
            {
                _times.Record(time);
                _jitter.Add(time);
            }

            TimeSpan retryIn = result.Outcome == SumOutcome.NotSent ? _connections.RetryIn(now) : TimeSpan.Zero;
            return new PingRound(
                request.Worker, request.Sequence, request.B, result.Outcome, result.Sum, result.Error,
                time, _connections.Peer, reason, retryIn)
            { IsRetried = result.IsRetried };
        }
    }

    /// <summary>Records a round that was cut short by the end of the probe: it is lost if its answer is long overdue.</summary>
    public void LeaveRound(PingRequest request)
    {
        lock (_lock)
        {
            _open--;
            TimeSpan now = Elapsed;
            string? why = WhyGivenUp(request, now);
            if (why is not null)
                _outcomes[(int)SumOutcome.TimedOut]++;
            _finder.End(request, why is null ? RequestEnd.Other : RequestEnd.Lost, now, why ?? "");
        }
    }

    /// <summary>Records a connection event, and returns what there is to report; null when nothing.</summary>
    public PingConnection? Change(ConnectionEvent change)
    {
        lock (_lock)
        {
            TimeSpan now = Elapsed;
            if (change.Kind == ConnectionEventKind.Connected)
            {
                return _connections.Connect(change, now) is { } after
                    ? new PingConnection(change.Kind, change.RemoteEndPoint, "", _connections.Made, after)
                    : null;
            }

            // Over UDP no request waits for a connection: each attempt would report the same trouble again.
            bool isKnown = _options.Overlap && _connections.Trouble == change.Reason;
            _connections.Lose(change, now);
            _finder.LoseConnection(now, change.Reason);
            // A round that finds no connection reports that itself.
            bool isReportedByRounds = !_options.Overlap && change.Kind == ConnectionEventKind.ConnectFailed;
            return isReportedByRounds || isKnown
                ? null
                : new PingConnection(change.Kind, change.RemoteEndPoint, change.Reason, _connections.Made, TimeSpan.Zero)
                {
                    Details = change.Describe(),
                };
        }
    }

    /// <summary>The summary there would be if the probe ended now.</summary>
    public PingSummary Summarize()
    {
        lock (_lock)
        {
            TimeSpan now = Elapsed;
            (OutageLog outages, long overdue) = _finder.EndNow(request => WhyGivenUp(request, now));
            return new PingSummary(
                _rounds, Of(SumOutcome.Sum), Of(SumOutcome.TimedOut) + Of(SumOutcome.OutcomeUnknown) + overdue, Of(SumOutcome.ServerError),
                Of(SumOutcome.WrongAnswer), Of(SumOutcome.NotSent), _rounds - _outcomes.Sum() - overdue,
                _times.Min, _times.Mean, _times.Percentile(50),
                _times.Percentile(99), _times.Max, _times.StandardDeviation,
                _jitter.Value, _connections.Made, outages.Count, outages.Recent)
            { Retried = _retried };
        }
    }

    private long Of(SumOutcome outcome) => _outcomes[(int)outcome];

    private static RequestEnd EndOf(in SumResult result) => result.Outcome switch
    {
        SumOutcome.Sum => RequestEnd.Answered,
        SumOutcome.ServerError when result.Error.EndsConnection() => RequestEnd.Lost, // an error sent as the server closes
        SumOutcome.TimedOut or SumOutcome.NotSent or SumOutcome.OutcomeUnknown => RequestEnd.Lost,
        _ => RequestEnd.Other,
    };

    /// <summary>Why no server can have received a request although it was sent; null when nothing is known.</summary>
    private string? WhyUnreceived(PingRequest request) =>
        _options.Overlap ? request.Trouble ?? _connections.TroubleSince(request.SentAt) : null;

    /// <summary>Why a request that still waits would be lost if that ended now; null when nothing is known.</summary>
    private string? WhyGivenUp(PingRequest request, TimeSpan now)
    {
        if (_usual.Count != _times.Count) // at the end thousands of requests need the same value
            // Not the longest: after one very late answer no loss would be found any more.
            _usual = (_times.Count, _times.Percentile(99) ?? _times.Max ?? TimeSpan.Zero);
        TimeSpan patience = _usual.Time + PingSchedule.Longer(_options.Interval, _leastPatience);
        return now - request.SentAt > patience ? WhyUnreceived(request) ?? "no answer" : null;
    }

    private string Reason(PingRequest request, SumResult result) => result.Outcome switch
    {
        _ when result.Error != ErrorCode.None => result.Error.ToWireName(),
        SumOutcome.Sum or SumOutcome.WrongAnswer => "",
        SumOutcome.TimedOut => WhyUnreceived(request) ?? "timed out",
        SumOutcome.NotSent => _connections.Trouble ?? "no connection",
        _ => _connections.Trouble ?? "connection lost",
    };
}

/// <summary>What a probe has seen of its client's connection. Times are from the start of the probe.</summary>
internal sealed class ConnectionHistory
{
    private TimeSpan? _goneSince;
    private string? _lastTrouble;
    private TimeSpan _troubleAt;
    private TimeSpan _retryIn;

    public int Made { get; private set; }

    /// <summary>The peer of the connection last made.</summary>
    public IPEndPoint? Peer { get; private set; }

    /// <summary>Why there is no connection, in a few lower-case words; null when there is one, or none was tried.</summary>
    public string? Trouble => _goneSince is null ? null : _lastTrouble;

    /// <summary>Records a connection, and returns how long there was none; null when it is the first and none was missed.</summary>
    public TimeSpan? Connect(ConnectionEvent change, TimeSpan now)
    {
        TimeSpan? after = now - _goneSince;
        _goneSince = null;
        Peer = change.RemoteEndPoint;
        Made++;
        return after;
    }

    /// <summary>Records that a connection was lost, or could not be made.</summary>
    public void Lose(ConnectionEvent change, TimeSpan now)
    {
        _lastTrouble = change.Reason;
        (_troubleAt, _retryIn) = (now, change.RetryIn);
        _goneSince ??= now;
    }

    /// <summary>The last trouble, over or not, if it was at or after <paramref name="start"/>; else null.</summary>
    public string? TroubleSince(TimeSpan start) => _troubleAt >= start ? _lastTrouble : null;

    /// <summary>How long it is until the next attempt to connect.</summary>
    public TimeSpan RetryIn(TimeSpan now) =>
        Trouble is null ? TimeSpan.Zero : PingSchedule.Longer(_retryIn - (now - _troubleAt), TimeSpan.Zero);
}

/// <summary>How much the times of successive answers differ: the estimate of RFC 3550, section 6.4.1, over round-trip times in the order of
/// arrival. Each difference moves it by a sixteenth, so it forgets slowly and one outlier does not dominate.</summary>
internal sealed class Jitter
{
    private long? _last;
    private double _ticks;

    /// <summary>The estimate; null before there are two answers.</summary>
    public TimeSpan? Value { get; private set; }

    /// <summary>Adds the time from a request to its answer.</summary>
    public void Add(TimeSpan time)
    {
        if (_last is { } last)
        {
            _ticks += (Math.Abs(time.Ticks - last) - _ticks) / 16;
            Value = TimeSpan.FromTicks((long)Math.Round(_ticks));
        }

        _last = time.Ticks;
    }
}
