namespace SumSocket.Measurement.Ping;

/// <summary>
/// A time without answers: from the asking of the first question that got none, or the loss of the connection between questions, to the next good answer.
/// </summary>
/// <param name="Start">When it began, from the start of the probe.</param>
/// <param name="NoticedBy">The first sign, in a few lower-case words such as <c>connection closed by peer</c> or <c>timed out</c>.</param>
/// <param name="Duration">How long until a good answer came; null when none has.</param>
/// <param name="RoundsLost">Rounds in it that got no answer, unsent ones included, or none but the error with which a server closes the connection.</param>
public sealed record PingOutage(TimeSpan Start, string NoticedBy, TimeSpan? Duration, long RoundsLost);
