using SumSocket.Protocol;

namespace SumSocket.Measurement.Ping;

/// <summary>What a probe has seen. Rounds and events end on several threads, so every member takes the lock.</summary>
internal sealed class PingRecord
{
    private const string NoAnswer = "no answer";

    private readonly Lock _lock = new();
    private readonly PingOptions _options;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly PingSamples _times = new();
    private readonly PingSamples _fromDue = new();
    private readonly Jitter _jitter = new();
    private readonly ConnectionHistory _connections = new();
    private readonly Patience _patience;
    private readonly OutageLog _outages;
    private readonly OutageFinder _finder;
    private readonly long[] _outcomes = new long[(int)SumOutcome.OutcomeUnknown + 1];
    private (long Count, TimeSpan Patience) _recent; // for requests that are sent
    private long _rounds;
    private long _open;
    private long _retried;
    private long _skipped;
    private long _violations;

    public PingRecord(PingOptions options, TimeProvider clock, ClientMetrics? metrics = null)
    {
        (_options, _clock, _start) = (options, clock, clock.GetTimestamp());
        _patience = new Patience(_times, options.Interval);
        _outages = new OutageLog(options.Workers) { Ended = metrics is null ? null : metrics.OutageEnded };
        _finder = new OutageFinder(_outages, request => WhyGivenUp(request, Elapsed));
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

    /// <summary>Records rounds that were due and are not sent, since an earlier one still waited or the program stood still.</summary>
    /// <param name="first">The slot of the first.</param>
    /// <param name="count">How many slots.</param>
    /// <param name="isAnswered">Whether they waited for a round that was answered: then a user would have waited from when each was
    /// due.</param>
    public void Skip(long first, long count, bool isAnswered)
    {
        lock (_lock)
        {
            _skipped += count * (_options.Overlap ? _options.Workers : 1);
            if (isAnswered)
                _fromDue.RecordSlots(first, count, _options.Interval, Elapsed);
        }
    }

    /// <param name="worker">From 1.</param>
    /// <param name="sequence">Of that worker, from 1.</param>
    /// <param name="slot">Its place on the schedule, from 0.</param>
    public PingRequest BeginRound(int worker, long sequence, long slot)
    {
        lock (_lock)
        {
            TimeSpan now = Elapsed;
            PingRequest request = new(worker, sequence, now)
            {
                Slot = slot,
                // The first cannot be late: what it waited for is the connection, which has a figure of its own.
                DueAt = _options.Interval > TimeSpan.Zero && sequence > 1 ? slot * _options.Interval : now,
                B = PingAddend.Of(_options, _rounds),
                Trouble = _connections.Trouble,
                Patience = PatienceNow(),
            };
            _rounds++;
            _open++;
            _finder.Add(request);
            return request;
        }
    }

    /// <summary>Records how a round ended.</summary>
    /// <returns>What there is to report; null when it was left before.</returns>
    public PingRound? EndRound(PingRequest request, SumResult result, long timestamp)
    {
        lock (_lock)
        {
            if (request.End.How != RequestEnd.None)
                return null;
            TimeSpan now = _clock.GetElapsedTime(_start, timestamp);
            // What waited for its connection was sent when that was made. A retried one counts from its first try.
            TimeSpan sentAt = result.IsRetried || _options.Overlap
                ? request.SentAt : PingSchedule.Longer(request.SentAt, _connections.MadeAt);
            TimeSpan time = PingSchedule.Longer(now - sentAt, TimeSpan.Zero);
            TimeSpan fromDue = PingSchedule.Longer(now - request.DueAt, time); // a timer may be early
            _open--;
            if (result.IsSum && (Int128)_options.A + request.B != result.Sum)
                result = result with { Outcome = SumOutcome.WrongAnswer };
            _outcomes[(int)result.Outcome]++;
            string reason = Reason(request, result);
            (RequestEnd how, string sign) = EndOf(request, result, reason, now);
            _finder.End(request, how, now, sign);
            if (result.IsRetried)
                _retried++;
            if (result is { IsRetried: true, IsSum: true })
                _finder.AnswerRetried(now); // sent again after the loss of its connection, it ends that outage
            if (result.IsSum)
            {
                _times.Record(time);
                _jitter.Add(time);
                _fromDue.Record(fromDue);
            }

            TimeSpan retryIn = result.Outcome == SumOutcome.NotSent ? _connections.RetryIn(now) : TimeSpan.Zero;
            return new PingRound(
                request.Worker, request.Sequence, request.B, result.Outcome, result.Sum, result.Error,
                time, _connections.Peer, reason, retryIn)
            { IsRetried = result.IsRetried, FromDue = fromDue, At = TimeOfDay(now) };
        }
    }

    /// <summary>Records a round that was cut short by the end of the probe: it is lost if its answer is long overdue.</summary>
    /// <returns>False when it has ended all the same.</returns>
    public bool LeaveRound(PingRequest request)
    {
        lock (_lock)
        {
            if (request.End.How != RequestEnd.None)
                return false;
            _open--;
            TimeSpan now = Elapsed;
            string? why = WhyGivenUp(request, now);
            if (why is not null)
                _outcomes[(int)SumOutcome.TimedOut]++;
            _finder.End(request, why is null ? RequestEnd.Other : RequestEnd.Lost, now, why ?? "");
            return true;
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
                    ? new PingConnection(change.Kind, change.RemoteEndPoint, "", _connections.Made, after) { At = TimeOfDay(now) }
                    : null;
            }

            // Over UDP no request waits for a connection: each attempt would report the same trouble again.
            bool isKnown = _options.Overlap && _connections.Trouble == change.Reason;
            _connections.Lose(change, now);
            if (change is { Kind: ConnectionEventKind.Lost, Cause: ConnectionCause.ProtocolViolation })
                _violations++;
            _finder.LoseConnection(now, change.Reason);
            // A round that finds no connection reports that itself.
            bool isReportedByRounds = !_options.Overlap && change.Kind == ConnectionEventKind.ConnectFailed;
            return isReportedByRounds || isKnown
                ? null
                : new PingConnection(change.Kind, change.RemoteEndPoint, change.Reason, _connections.Made, TimeSpan.Zero)
                {
                    Details = change.Describe(),
                    Peer = change.Peer,
                    At = TimeOfDay(now),
                };
        }
    }

    /// <summary>The summary there would be if the probe ended now.</summary>
    public PingSummary Summarize()
    {
        lock (_lock)
        {
            TimeSpan now = Elapsed;
            (OutageLog outages, long overdue) = _finder.EndNow();
            PingSummary summary = new(
                _rounds, Of(SumOutcome.Sum), Of(SumOutcome.TimedOut) + Of(SumOutcome.OutcomeUnknown) + overdue, Of(SumOutcome.ServerError),
                Of(SumOutcome.WrongAnswer), Of(SumOutcome.NotSent), _rounds - _outcomes.Sum() - overdue,
                _times.Min, _times.Mean, _times.Percentile(50),
                _times.Percentile(99), _times.Max, _times.StandardDeviation,
                _jitter.Value, _connections.Made, outages.Count, outages.Recent)
            {
                Retried = _retried,
                Violations = _violations,
                Skipped = _skipped + _finder.Open.Sum(request => SkippedBehind(request, now)),
                AvailabilityPercent = Availability(outages, now),
                FromDue = PingTimes.Of(_fromDue),
                Connects = PingTimes.Of(_connections.Times),
            };
            return summary with { Thresholds = [.. _options.Thresholds.Select(one => one.Evaluate(summary, _fromDue))] };
        }
    }

    private long Of(SumOutcome outcome) => _outcomes[(int)outcome];

    private static (RequestEnd How, string Sign) EndOf(PingRequest request, in SumResult result, string reason, TimeSpan now) =>
        result.Outcome switch
        {
            SumOutcome.Sum when !result.IsRetried && now - request.SentAt > request.Patience => (RequestEnd.Late, NoAnswer),
            SumOutcome.Sum => (RequestEnd.Answered, reason),
            SumOutcome.ServerError when result.Error.EndsConnection() => (RequestEnd.Lost, reason), // an error sent as the server closes
            SumOutcome.ServerError => (RequestEnd.Error, reason),
            SumOutcome.TimedOut or SumOutcome.NotSent or SumOutcome.OutcomeUnknown => (RequestEnd.Lost, reason),
            _ => (RequestEnd.Other, reason),
        };

    /// <summary>How many rounds were due behind one that still waits, where rounds wait for each other.</summary>
    private long SkippedBehind(PingRequest request, TimeSpan now) =>
        _options.Overlap || _options.Interval == TimeSpan.Zero ? 0
        : Math.Min(
            PingSchedule.DueBy(now, _options) - 1 - request.Slot,
            (_options.Count ?? long.MaxValue) - request.Sequence);

    /// <summary>The share of the time without an outage; null before anything is known.</summary>
    private double? Availability(OutageLog outages, TimeSpan now)
    {
        if (Of(SumOutcome.Sum) == 0)
            return outages.Count > 0 ? 0 : null;
        return now > TimeSpan.Zero ? Math.Clamp(100 * (1 - outages.Down(now) / now), 0, 100) : null;
    }

    private DateTimeOffset TimeOfDay(TimeSpan at) => _clock.GetUtcNow() - (Elapsed - at);

    /// <summary>Why no server can have received a request although it was sent; null when nothing is known.</summary>
    private string? WhyUnreceived(PingRequest request) =>
        _options.Overlap ? request.Trouble ?? _connections.TroubleSince(request.SentAt) : null;

    /// <summary>Why a request that still waits would be lost if that ended now; null when nothing is known.</summary>
    private string? WhyGivenUp(PingRequest request, TimeSpan now) =>
        now - request.SentAt > _patience.Value ? WhyUnreceived(request) ?? NoAnswer : null;

    /// <summary>The same for a request that is sent now. It need not be of the very last answers.</summary>
    private TimeSpan? PatienceNow()
    {
        if (_times.Count > _recent.Count + _recent.Count / 64)
            _recent = (_times.Count, _patience.Value);
        return _recent.Count == 0 ? null : _recent.Patience;
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
