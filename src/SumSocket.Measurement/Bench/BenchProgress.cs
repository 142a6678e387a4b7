namespace SumSocket.Measurement.Bench;

/// <summary>Where a bench stands at some moment.</summary>
/// <param name="Phase">What it does.</param>
/// <param name="Elapsed">For how long it has done that; zero while connecting, the measured time at the end.</param>
/// <param name="Length">How long that takes in all; null when it cannot be foreseen.</param>
/// <param name="Down">Connections that are lost, not to be had, or have no answer, and have had none since.</param>
public sealed record BenchProgress(BenchPhase Phase, TimeSpan Elapsed, TimeSpan? Length, int Down = 0);

/// <summary>How far a bench has come.</summary>
public enum BenchPhase
{
    /// <summary>It reaches for the server.</summary>
    Connecting,

    /// <summary>It sends, and what is sent does not count: ramp-up and warm-up.</summary>
    WarmingUp,

    /// <summary>The measured time.</summary>
    Measuring,

    /// <summary>It waits for the last answers, or has ended.</summary>
    Ending,
}

/// <summary>Why a bench ended.</summary>
public enum BenchEnd
{
    /// <summary>All that was planned was done: the time, or the number of requests.</summary>
    Complete,

    /// <summary>It was interrupted.</summary>
    Interrupted,

    /// <summary>The server was not reached at the start.</summary>
    Unreachable,
}
