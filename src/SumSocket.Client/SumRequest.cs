namespace SumSocket.Client;

/// <summary>One request of those that <see cref="ISumClient.Submit"/> takes on together.</summary>
/// <param name="A">The first addend.</param>
/// <param name="B">The second addend.</param>
/// <param name="Tag">Opaque value that comes back with the outcome and goes nowhere else.</param>
public readonly record struct SumRequest(long A, long B, long Tag = 0);
