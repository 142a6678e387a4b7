using System.Net;
using SumSocket.Protocol;

namespace SumSocket.Measurement.Ping;

/// <summary>Something to report while a <see cref="PingProbe"/> runs.</summary>
public abstract record PingEvent
{
    private protected PingEvent()
    {
    }
}

/// <summary>One request and what became of it.</summary>
/// <param name="Worker">The worker, from 1.</param>
/// <param name="Sequence">The number of the round of that worker, from 1.</param>
/// <param name="B">What was added to <see cref="PingOptions.A"/>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Sum">The sum, right or wrong, where one came.</param>
/// <param name="Error">What the peer said in place of a sum, with <see cref="SumOutcome.ServerError"/> and a
/// <see cref="SumOutcome.WrongAnswer"/> that is no sum.</param>
/// <param name="Time">From the request to its end.</param>
/// <param name="RemoteEndPoint">The peer of the connection last made; null before the first.</param>
/// <param name="Reason">Why there was no sum, in a few lower-case words; empty when there was one.</param>
/// <param name="RetryIn">How long no further attempt to connect is made, with <see cref="SumOutcome.NotSent"/>; else zero.</param>
public sealed record PingRound(
    int Worker, long Sequence, long B, SumOutcome Outcome, long Sum, ErrorCode Error,
    TimeSpan Time, IPEndPoint? RemoteEndPoint, string Reason, TimeSpan RetryIn)
    : PingEvent;

/// <summary>The connection came back, or went while no answer was awaited (a round that was cut off tells so itself).</summary>
/// <param name="Kind"><see cref="ConnectionEventKind.Connected"/> or <see cref="ConnectionEventKind.Lost"/>.</param>
/// <param name="RemoteEndPoint">The peer.</param>
/// <param name="Reason">Why it was lost, in a few lower-case words; else empty.</param>
/// <param name="Number">The number of this connection, from 1.</param>
/// <param name="After">How long there was none, with <see cref="ConnectionEventKind.Connected"/>; else zero.</param>
public sealed record PingConnection(
    ConnectionEventKind Kind, IPEndPoint? RemoteEndPoint, string Reason, int Number, TimeSpan After)
    : PingEvent;

/// <summary>How it goes so far, on request.</summary>
/// <param name="Summary">The summary up to now.</param>
public sealed record PingSnapshot(PingSummary Summary) : PingEvent;
