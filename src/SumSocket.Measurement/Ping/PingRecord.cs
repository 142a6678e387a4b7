using SumSocket.Protocol;

namespace SumSocket.Measurement.Ping;

/// <summary>What a probe has seen. Rounds end on any thread and connection events come on the client's, so every member takes the
/// lock.</summary>
internal sealed class PingRecord
{
    // A request that has waited this much longer than nearly all answers took, or an interval where that is more, waits in vain.
    private static readonly TimeSpan _leastPatience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly PingOptions _options;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly Histogram _times = new();
    private readonly Jitter _jitter = new();
    private readonly ConnectionHistory _connections = new();
    private readonly OutageFinder _finder;
    private readonly long[] _outcomes = new long[(int)SumOutcome.OutcomeUnknown + 1];
    private (long Count, TimeSpan Time) _usual; // what nearly all answers took, and how many there were then
    private long _rounds;
    private long _open;

    public PingRecord(PingOptions options, TimeProvider clock)
    {
        (_options, _clock, _start) = (options, clock, clock.GetTimestamp());
        _finder = new OutageFinder(new OutageLog(options.Workers));
    }

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

    /// <summary>Records the end of a round.</summary>
    public PingRound EndRound(PingRequest request, SumResult result)
    {
        lock (_lock)
        {
            TimeSpan now = Elapsed;
            TimeSpan time = now - request.SentAt;
            _open--;
            if (result.IsSum && !IsRight(request, result.Sum))
                result = result with { Outcome = SumOutcome.WrongAnswer };
            _outcomes[(int)result.Outcome]++;
            string reason = Reason(request, result);
            _finder.End(request, EndOf(result), now, reason);
            if (result.IsSum)
            {
                _times.Record(time);
                _jitter.Add(time);
            }

            TimeSpan retryIn = result.Outcome == SumOutcome.NotSent ? _connections.RetryIn(now) : TimeSpan.Zero;
            return new PingRound(
                request.Worker, request.Sequence, request.B, result.Outcome, result.Sum, result.Error,
                time, _connections.Peer, reason, retryIn);
        }
    }

    /// <summary>The probe ends before the round does: it is lost if its answer should be there long since; else nothing is known.</summary>
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

    /// <summary>Takes a connection event in; what it returns is worth telling, null is not.</summary>
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

            // No request waits for a connection there: each attempt would report it anew.
            bool isKnown = _options.Overlap && _connections.Trouble == change.Reason;
            _connections.Lose(change, now);
            _finder.LoseConnection(now, change.Reason);
            // A round that is cut off, or finds no connection, tells so itself; one that waits for its time-out all the same does not.
            bool roundsTell = !_options.Overlap && (change.Kind == ConnectionEventKind.ConnectFailed || _open > 0);
            return roundsTell || isKnown
                ? null
                : new PingConnection(change.Kind, change.RemoteEndPoint, change.Reason, _connections.Made, TimeSpan.Zero);
        }
    }

    /// <summary>What there would be to say if the probe ended now.</summary>
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
                _jitter.Value, _connections.Made, outages.Count, outages.Recent);
        }
    }

    private long Of(SumOutcome outcome) => _outcomes[(int)outcome];

    private bool IsRight(PingRequest request, long sum) => (Int128)_options.A + request.B == sum;

    private static RequestEnd EndOf(in SumResult result) => result.Outcome switch
    {
        SumOutcome.Sum => RequestEnd.Answered,
        SumOutcome.ServerError when result.Error.EndsConnection() => RequestEnd.Lost, // what a server says as it closes is no answer
        SumOutcome.TimedOut or SumOutcome.NotSent or SumOutcome.OutcomeUnknown => RequestEnd.Lost,
        _ => RequestEnd.Other,
    };

    /// <summary>Why no server can have received a request that was sent all the same; null when nothing is known.</summary>
    private string? WhyUnheard(PingRequest request) =>
        _options.Overlap ? request.Trouble ?? _connections.TroubleSince(request.SentAt) : null;

    /// <summary>Why a request that still waits would be lost if that ended now; null when nothing is known.</summary>
    private string? WhyGivenUp(PingRequest request, TimeSpan now)
    {
        if (_usual.Count != _times.Count) // at an end thousands are judged by the same times
            // Not the longest: one answer after a standstill would blind it for good.
            _usual = (_times.Count, _times.Percentile(99) ?? _times.Max ?? TimeSpan.Zero);
        TimeSpan patience = _usual.Time + (_options.Interval > _leastPatience ? _options.Interval : _leastPatience);
        return now - request.SentAt > patience ? WhyUnheard(request) ?? "no answer" : null;
    }

    private string Reason(PingRequest request, SumResult result) => result.Outcome switch
    {
        _ when result.Error != ErrorCode.None => result.Error.ToWireName(),
        SumOutcome.Sum or SumOutcome.WrongAnswer => "",
        SumOutcome.TimedOut => WhyUnheard(request) ?? "timed out",
        SumOutcome.NotSent => _connections.Trouble ?? "no connection",
        _ => _connections.Trouble ?? "connection lost",
    };
}
