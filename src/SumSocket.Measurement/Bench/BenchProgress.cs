namespace SumSocket.Measurement.Bench;

/// <summary>Where a bench stands at some moment.</summary>
/// <param name="Phase">What it does.</param>
/// <param name="Elapsed">For how long it has done that; zero while connecting, the measured time at the end.</param>
/// <param name="Length">How long that takes in all; null when it cannot be foreseen.</param>
/// <param name="Down">Connections that are lost, not to be had, or have no answer, and have had none since.</param>
public sealed record BenchProgress(BenchPhase Phase, TimeSpan Elapsed, TimeSpan? Length, int Down = 0);
