using System.Net;
using SumSocket.Client;
using SumSocket.Protocol;

namespace SumSocket.Measurement.Ping;

/// <summary>One question and what became of it.</summary>
/// <param name="Worker">Who asked, from 1.</param>
/// <param name="Sequence">The how-manieth round of that worker this was, from 1.</param>
/// <param name="B">What was added to <see cref="PingOptions.A"/>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Sum">The sum, right or wrong, where one came.</param>
/// <param name="Error">What the peer said in place of a sum, with <see cref="SumOutcome.ServerError"/> and a <see cref="SumOutcome.WrongAnswer"/> that is no sum.</param>
/// <param name="Time">From the question to its end.</param>
/// <param name="RemoteEndPoint">The peer of the connection last made; null before the first.</param>
/// <param name="Reason">Why there was no sum, in a few lower-case words; empty when there was one.</param>
/// <param name="RetryIn">How long no further attempt to connect is made, with <see cref="SumOutcome.NotSent"/>; else zero.</param>
public sealed record PingRound(
    int Worker, long Sequence, long B, SumOutcome Outcome, long Sum, ErrorCode Error, TimeSpan Time, IPEndPoint? RemoteEndPoint, string Reason, TimeSpan RetryIn)
    : PingEvent;
