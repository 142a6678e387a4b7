namespace SumSocket.Measurement.Bench;

/// <summary>A time in which some connection was gone or nobody answered.</summary>
/// <param name="Start">When that was noticed, from the start of the measured time; negative before it.</param>
/// <param name="NoticedBy">The first sign, in a few lower-case words such as <c>connection closed by peer</c>.</param>
/// <param name="FirstAnswer">How long until the first good answer on one of these connections; null when there was none.</param>
/// <param name="Duration">How long until all of these connections had answered again; null when one had not.</param>
/// <param name="Connections">How many connections were concerned.</param>
/// <param name="Lost">
/// Measured questions that meanwhile got no answer, or only what the server says as it closes a connection (<c>busy</c>, <c>timeout</c>).
/// </param>
public sealed record BenchOutage(TimeSpan Start, string NoticedBy, TimeSpan? FirstAnswer, TimeSpan? Duration, int Connections, long Lost);
