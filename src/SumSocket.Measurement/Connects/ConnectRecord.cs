using SumSocket.Measurement.Ping;

namespace SumSocket.Measurement.Connects;

/// <summary>What a <see cref="ConnectProbe"/> has seen. Every member takes the lock.</summary>
internal sealed class ConnectRecord(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _start = clock.GetTimestamp();
    private readonly OutageLog _outages = new();
    private readonly PingSamples _resolves = new();
    private readonly PingSamples _connects = new();
    private readonly PingSamples _handshakes = new();
    private readonly PingSamples _times = new();
    private long _attempts;

    public TimeSpan Elapsed => clock.GetElapsedTime(_start);

    /// <param name="round">A round that has ended.</param>
    /// <param name="start">When it began.</param>
    public void Add(ConnectRound round, TimeSpan start)
    {
        lock (_lock)
        {
            _attempts++;
            if (!round.IsConnected)
            {
                _outages.LoseRound(start, round.Reason);
                return;
            }

            _outages.End(Elapsed);
            _connects.Record(round.Connect!.Value);
            _times.Record(round.Time);
            if (round.Resolve is { } resolve)
                _resolves.Record(resolve);
            if (round.Handshake is { } handshake)
                _handshakes.Record(handshake);
        }
    }

    public ConnectSummary Summarize()
    {
        lock (_lock)
        {
            TimeSpan now = Elapsed;
            double? available = _attempts == 0 || now <= TimeSpan.Zero ? null
                : _times.Count == 0 ? 0
                : Math.Clamp(100 * (1 - _outages.Down(now) / now), 0, 100);
            return new ConnectSummary(_attempts, _times.Count)
            {
                Resolve = Of(_resolves),
                Connect = Of(_connects),
                Handshake = Of(_handshakes),
                Time = Of(_times),
                Outages = _outages.Count,
                RecentOutages = _outages.Recent,
                AvailabilityPercent = available,
            };
        }
    }

    private static PingTimes? Of(PingSamples times) => times.Count == 0 ? null : PingTimes.Of(times);
}

/// <summary>How well connecting went. Times are those of rounds that connected; null where there are none.</summary>
internal sealed record ConnectSummary(long Attempts, long Connected)
{
    public long Failed => Attempts - Connected;

    public double FailedPercent => Attempts == 0 ? 100 : 100.0 * Failed / Attempts;

    public PingTimes? Resolve { get; init; }

    public PingTimes? Connect { get; init; }

    /// <summary>The TLS handshakes.</summary>
    public PingTimes? Handshake { get; init; }

    /// <summary>All of each round together.</summary>
    public PingTimes? Time { get; init; }

    public long Outages { get; init; }

    /// <summary>The last of them, in order.</summary>
    public IReadOnlyList<PingOutage> RecentOutages { get; init; } = [];

    /// <summary>The share of the time without an outage, in percent; null before anything is known.</summary>
    public double? AvailabilityPercent { get; init; }
}
