namespace SumSocket.Commands;

/// <summary>Something that happened on the way, counted.</summary>
/// <param name="Name">One lower-case word, such as <c>late</c>.</param>
/// <param name="Value">How often.</param>
public sealed record TransportCounter(string Name, long Value);
