using SumSocket.Measurement.Ping;

namespace SumSocket.Measurement.Connects;

/// <summary>What a <see cref="ConnectProbe"/> has seen. Every member takes the lock.</summary>
internal sealed class ConnectRecord
{
    private const string NoConnection = "no connection";

    private readonly Lock _lock = new();
    private readonly ConnectProbeOptions _options;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly Patience _patience;
    private readonly OutageLog _outages = new();
    private readonly PingSamples _resolves = new();
    private readonly PingSamples _connects = new();
    private readonly PingSamples _handshakes = new();
    private readonly PingSamples _times = new();
    private readonly PingSamples _fromDue = new();
    private ConnectAttempt? _open;
    private long _lastSlot = -1;
    private bool _isAnswered; // the round before
    private long _attempts;
    private long _skipped;

    public ConnectRecord(ConnectProbeOptions options, TimeProvider clock)
    {
        (_options, _clock, _start) = (options, clock, clock.GetTimestamp());
        _patience = new Patience(_times, options.Interval);
    }

    public TimeSpan Elapsed => _clock.GetElapsedTime(_start);

    /// <summary>Begins a round. Those that were due since the one before, and had to wait for it, are skipped.</summary>
    /// <param name="sequence">From 1.</param>
    /// <param name="slot">Its place on the schedule, from 0.</param>
    public ConnectAttempt Begin(long sequence, long slot)
    {
        lock (_lock)
        {
            long between = _options.Interval > TimeSpan.Zero ? slot - _lastSlot - 1 : 0;
            _skipped += between;
            if (_isAnswered)
                _fromDue.RecordSlots(_lastSlot + 1, between, _options.Interval, Elapsed);
            _lastSlot = slot;
            return _open = new ConnectAttempt(sequence, slot, Elapsed);
        }
    }

    /// <summary>Records a round that has ended.</summary>
    public void Add(ConnectRound round, ConnectAttempt attempt)
    {
        lock (_lock)
        {
            _open = null;
            _attempts++;
            _isAnswered = round.IsConnected;
            if (!round.IsConnected)
            {
                _outages.LoseRound(attempt.Start, round.Reason);
                return;
            }

            TimeSpan now = Elapsed;
            if (_times.Count > 0 && round.Time > _patience.Value)
                _outages.Delay(attempt.Start, now, NoConnection);
            else
                _outages.End(now);
            _connects.Record(round.Connect!.Value);
            _times.Record(round.Time);
            bool isOnSchedule = attempt.Sequence > 1 && _options.Interval > TimeSpan.Zero;
            _fromDue.Record(isOnSchedule ? PingSchedule.Longer(now - attempt.Slot * _options.Interval, round.Time) : round.Time);
            if (round.Resolve is { } resolve)
                _resolves.Record(resolve);
            if (round.Handshake is { } handshake)
                _handshakes.Record(handshake);
        }
    }

    /// <summary>Records that the round under way was cut short by a stop: it has failed if it is long overdue.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (_open is not { } left)
                return;
            _skipped += SkippedBehind(left, Elapsed);
            _open = null;
            if (!IsOverdue(left, Elapsed))
                return;
            _attempts++;
            _outages.LoseRound(left.Start, NoConnection);
        }
    }

    public ConnectSummary Summarize()
    {
        lock (_lock)
        {
            TimeSpan now = Elapsed;
            OutageLog outages = new(_outages);
            if (_open is { } overdue && IsOverdue(overdue, now))
                outages.LoseRound(overdue.Start, NoConnection);
            double? available = _attempts + outages.Count == 0 || now <= TimeSpan.Zero ? null
                : _times.Count == 0 ? 0
                : Math.Clamp(100 * (1 - outages.Down(now) / now), 0, 100);
            return new ConnectSummary(_attempts, _times.Count)
            {
                Skipped = _skipped + (_open is { } waits ? SkippedBehind(waits, now) : 0),
                UnderWay = _open is { } open ? now - open.Start : null,
                Resolve = Of(_resolves),
                Connect = Of(_connects),
                Handshake = Of(_handshakes),
                Time = Of(_times),
                FromDue = Of(_fromDue),
                Outages = outages.Count,
                RecentOutages = outages.Recent,
                AvailabilityPercent = available,
            };
        }
    }

    private bool IsOverdue(ConnectAttempt attempt, TimeSpan now) => now - attempt.Start > _patience.Value;

    /// <summary>How many rounds were due behind one that is under way.</summary>
    private long SkippedBehind(ConnectAttempt attempt, TimeSpan now) => _options.Interval == TimeSpan.Zero ? 0
        : Math.Clamp(now.Ticks / _options.Interval.Ticks - attempt.Slot, 0, (_options.Count ?? long.MaxValue) - attempt.Sequence);

    private static PingTimes? Of(PingSamples times) => times.Count == 0 ? null : PingTimes.Of(times);
}

/// <summary>A round under way.</summary>
/// <param name="Sequence">From 1.</param>
/// <param name="Slot">Its place on the schedule, from 0.</param>
/// <param name="Start">When it began.</param>
internal sealed record ConnectAttempt(long Sequence, long Slot, TimeSpan Start);

/// <summary>How well connecting went. Times are those of rounds that connected; null where there are none.</summary>
internal sealed record ConnectSummary(long Attempts, long Connected)
{
    public long Failed => Attempts - Connected;

    /// <summary>Null before any round has ended.</summary>
    public double? FailedPercent => Attempts == 0 ? null : 100.0 * Failed / Attempts;

    /// <summary>Rounds that were due and not begun, since an earlier one still waited.</summary>
    public long Skipped { get; init; }

    /// <summary>How long the round under way has taken so far; null when there is none.</summary>
    public TimeSpan? UnderWay { get; init; }

    public PingTimes? Resolve { get; init; }

    public PingTimes? Connect { get; init; }

    /// <summary>The TLS handshakes.</summary>
    public PingTimes? Handshake { get; init; }

    /// <summary>All of each round together.</summary>
    public PingTimes? Time { get; init; }

    /// <summary>The same from when the round was due, skipped rounds included.</summary>
    public PingTimes? FromDue { get; init; }

    public long Outages { get; init; }

    /// <summary>The last of them, in order.</summary>
    public IReadOnlyList<PingOutage> RecentOutages { get; init; } = [];

    /// <summary>The share of the time without an outage, in percent; null before anything is known.</summary>
    public double? AvailabilityPercent { get; init; }
}
