using System.Net;
using SumSocket.Client;
using SumSocket.Protocol;

namespace SumSocket.Measurement;

/// <summary>
/// What a probe has seen. Rounds end on the probe's thread and connection events come on the client's, so every member takes the lock.
/// </summary>
internal sealed class PingRecord(PingOptions options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _start = clock.GetTimestamp();
    private readonly Histogram _times = new();
    private readonly RunningMoments _moments = new();
    private readonly OutageLog _outages = new();
    private readonly long[] _outcomes = new long[(int)SumOutcome.OutcomeUnknown + 1];
    private long _rounds;
    private long _underWay;
    private int _connections;
    private long _roundStart;
    private bool _roundIsOpen;
    private TimeSpan? _disconnectedAt;
    private ConnectionEvent? _lastTrouble;
    private long _lastTroubleAt;
    private IPEndPoint? _peer;

    public TimeSpan Elapsed => clock.GetElapsedTime(_start);

    public void BeginRound()
    {
        lock (_lock)
        {
            _roundIsOpen = true;
            _roundStart = clock.GetTimestamp();
        }
    }

    /// <summary>Takes a round's end in.</summary>
    public PingRound EndRound(SumResult result)
    {
        lock (_lock)
        {
            TimeSpan time = clock.GetElapsedTime(_roundStart);
            _roundIsOpen = false;
            if (result.IsSum && !IsRight(result.Sum))
                result = result with { Outcome = SumOutcome.WrongAnswer };
            _outcomes[(int)result.Outcome]++;
            string reason = Reason(result);
            if (result.IsSum)
            {
                _times.Record(time);
                _moments.Add(time.Ticks);
                _outages.End(Elapsed);
            }
            else if (result.Outcome is SumOutcome.TimedOut or SumOutcome.NotSent or SumOutcome.OutcomeUnknown)
            {
                _outages.Notice(Elapsed - time, reason, roundLost: true);
            }

            return new PingRound(++_rounds, result.Outcome, result.Sum, result.Error, time, _peer, reason, RetryIn(result.Outcome));
        }
    }

    /// <summary>The probe ends before the round does: nobody can say what would have become of it.</summary>
    public void LeaveRound()
    {
        lock (_lock)
        {
            _roundIsOpen = false;
            _rounds++;
            _underWay++;
        }
    }

    /// <summary>Takes a connection event in; what it returns is worth telling, null is not.</summary>
    public PingConnection? Change(ConnectionEvent change)
    {
        lock (_lock)
        {
            if (change.Kind == ConnectionEventKind.Connected)
            {
                TimeSpan? since = _disconnectedAt;
                _disconnectedAt = null;
                _lastTrouble = null;
                _peer = change.RemoteEndPoint;
                _connections++;
                return since is null ? null : new PingConnection(change.Kind, _peer, "", _connections, Elapsed - since.Value);
            }

            _lastTrouble = change;
            _lastTroubleAt = clock.GetTimestamp();
            _disconnectedAt ??= Elapsed;
            _outages.Notice(Elapsed, change.Reason, roundLost: false);
            return change.Kind == ConnectionEventKind.Lost && !_roundIsOpen
                ? new PingConnection(change.Kind, change.RemoteEndPoint, change.Reason, _connections, TimeSpan.Zero)
                : null;
        }
    }

    public PingSummary Summarize()
    {
        lock (_lock)
        {
            return new PingSummary(
                _rounds, Of(SumOutcome.Sum), Of(SumOutcome.TimedOut) + Of(SumOutcome.OutcomeUnknown), Of(SumOutcome.ServerError),
                Of(SumOutcome.WrongAnswer), Of(SumOutcome.NotSent), _underWay,
                _times.Min, _times.Count == 0 ? null : TimeSpan.FromTicks((long)Math.Round(_moments.Mean)), _times.Percentile(50),
                _times.Percentile(99), _times.Max, _moments.StandardDeviation is { } spread ? TimeSpan.FromTicks((long)Math.Round(spread)) : null,
                _connections, _outages.Count, _outages.Recent);
        }
    }

    private long Of(SumOutcome outcome) => _outcomes[(int)outcome];

    private bool IsRight(long sum) => (Int128)options.A + options.B == sum;

    private string Reason(SumResult result) => result.Outcome switch
    {
        SumOutcome.Sum or SumOutcome.WrongAnswer => "",
        SumOutcome.ServerError => result.Error.ToWireName(),
        SumOutcome.TimedOut => "timed out",
        SumOutcome.NotSent => _lastTrouble?.Reason ?? "no connection",
        _ => _lastTrouble?.Reason ?? "connection lost",
    };

    private TimeSpan RetryIn(SumOutcome outcome)
    {
        if (outcome != SumOutcome.NotSent || _lastTrouble is null)
            return TimeSpan.Zero;
        TimeSpan rest = _lastTrouble.RetryIn - clock.GetElapsedTime(_lastTroubleAt);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }
}
