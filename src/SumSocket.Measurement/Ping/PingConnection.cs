using System.Net;
using SumSocket.Client;

namespace SumSocket.Measurement.Ping;

/// <summary>The connection came back, or went while no answer was awaited (a round that was cut off tells so itself).</summary>
/// <param name="Kind"><see cref="ConnectionEventKind.Connected"/> or <see cref="ConnectionEventKind.Lost"/>.</param>
/// <param name="RemoteEndPoint">The peer.</param>
/// <param name="Reason">Why it was lost, in a few lower-case words; else empty.</param>
/// <param name="Number">The how-manieth connection this is, from 1.</param>
/// <param name="After">How long there was none, with <see cref="ConnectionEventKind.Connected"/>; else zero.</param>
public sealed record PingConnection(ConnectionEventKind Kind, IPEndPoint? RemoteEndPoint, string Reason, int Number, TimeSpan After) : PingEvent;
