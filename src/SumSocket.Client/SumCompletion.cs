namespace SumSocket.Client;

/// <summary>A request that has ended, as its <see cref="ISumObserver"/> is told.</summary>
/// <param name="A">Its first addend.</param>
/// <param name="B">Its second addend.</param>
/// <param name="Tag">Its tag.</param>
/// <param name="Result">What became of it.</param>
public readonly record struct SumCompletion(long A, long B, long Tag, SumResult Result);
