namespace SumSocket.Measurement.Ping;

/// <summary>How it goes so far, because somebody asked for it.</summary>
/// <param name="Summary">The summary up to now.</param>
public sealed record PingSnapshot(PingSummary Summary) : PingEvent;
