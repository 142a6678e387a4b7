using System.Net;
using SumSocket.Protocol;

namespace SumSocket.Measurement.Ping;

/// <summary>What a <see cref="PingProbe"/> reports while it runs.</summary>
internal abstract record PingEvent
{
    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>One request and how it ended.</summary>
internal sealed record PingRound(
    int Worker,                 // from 1
    long Sequence,              // of that worker, from 1
    long B,                     // what was added to PingOptions.A
    SumOutcome Outcome,
    long Sum,                   // right or wrong, where one came
    ErrorCode Error,            // what the server sent in place of a sum
    TimeSpan Time,              // from when it was sent to its end, or to the receive that brought the answer
    IPEndPoint? RemoteEndPoint, // of the connection last made; null before the first
    string Reason,              // why there was no sum, in a few lower-case words; empty when there was one
    TimeSpan RetryIn)           // how long until the next attempt to connect, with SumOutcome.NotSent; else zero
    : PingEvent
{
    /// <summary>It was sent again on another connection; its time counts from the first try.</summary>
    public bool IsRetried { get; init; }

    /// <summary>From when the round was due to its end.</summary>
    public TimeSpan FromDue { get; init; }
}

/// <summary>The connection came back, or was lost.</summary>
internal sealed record PingConnection(
    ConnectionEventKind Kind,   // Connected or Lost
    IPEndPoint? RemoteEndPoint,
    string Reason,              // why it was lost, in a few lower-case words; else empty
    int Number,                 // of this connection, from 1
    TimeSpan After)             // how long there was none, with Connected; else zero
    : PingEvent
{
    /// <summary>What the peer is, where it spoke something else from the start.</summary>
    public WrongPeer Peer { get; init; }

    /// <summary>The reason, and what is known of the connection that was lost.</summary>
    public string Details { get; init; } = Reason;
}

/// <summary>The summary up to now, on request.</summary>
internal sealed record PingSnapshot(PingSummary Summary) : PingEvent;

/// <summary>How well a ping went. The times are those to a right sum, and null when there are too few to say.</summary>
internal sealed record PingSummary(
    long Rounds,      // begun: sent or not
    long Answered,    // with the right sum
    long Lost,        // sent, as far as is known, and not answered; of those that still wait the ones whose answer is long overdue
    long Errors,      // answered with an error
    long Wrong,       // answered with a wrong sum, or with an overflow where there is none
    long NotSent,     // that found no connection
    long UnderWay,    // that still wait at the end, or now, and do not count as lost
    TimeSpan? Min, TimeSpan? Mean, TimeSpan? P50, TimeSpan? P99, TimeSpan? Max, TimeSpan? StandardDeviation,
    TimeSpan? Jitter, // how much successive times differ
    int Connections,  // made; 1 is perfect
    long Outages,
    IReadOnlyList<PingOutage> RecentOutages) // the last OutageLog.Kept, in order
{
    /// <summary>Rounds whose request went out, as far as is known: <see cref="Answered"/>, <see cref="Lost"/>, <see cref="Errors"/>,
    /// <see cref="Wrong"/> and <see cref="UnderWay"/> together.</summary>
    public long Sent => Rounds - NotSent;

    /// <summary>The times to a right sum, together.</summary>
    public PingTimes Times => new(Answered, Min, Mean, P50, P99, Max);

    /// <summary>Rounds, however they ended, that were sent again on another connection.</summary>
    public long Retried { get; init; }

    /// <summary>Connections that were lost since the server broke the protocol, such as with an answer to no request.</summary>
    public long Violations { get; init; }

    /// <summary>Rounds that were due and not begun: an earlier one still waited for its answer, or the program stood still.</summary>
    public long Skipped { get; init; }

    /// <summary>The share of rounds without any answer, sent or not, in percent of those that have ended; all without a server.</summary>
    public double LossPercent =>
        Ended > 0 ? 100.0 * (Lost + NotSent) / Ended : Connections == 0 ? 100 : 0;

    /// <summary>The share of the time without an outage, in percent; 0 without any answer, null before anything is known.</summary>
    public double? AvailabilityPercent { get; init; }

    /// <summary>The times to a right sum from when its round was due, skipped rounds included.</summary>
    public PingTimes? FromDue { get; init; }

    /// <summary>How long it took to connect.</summary>
    public PingTimes? Connects { get; init; }

    /// <summary>Rounds that have ended, however.</summary>
    public long Ended => Rounds - UnderWay;

    /// <summary>Rounds that ended without the right sum.</summary>
    public long Missing => Ended - Answered;

    /// <summary>How it compares to <see cref="PingOptions.Thresholds"/>.</summary>
    public IReadOnlyList<ThresholdResult> Thresholds { get; init; } = [];
}
