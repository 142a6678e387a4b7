namespace SumSocket.Measurement.Bench;

/// <summary>How far a bench has come.</summary>
public enum BenchPhase
{
    /// <summary>It reaches for the server.</summary>
    Connecting,

    /// <summary>It asks, and what is asked does not count: ramp-up and warm-up.</summary>
    WarmingUp,

    /// <summary>The measured time.</summary>
    Measuring,

    /// <summary>It waits for the last answers, or has ended.</summary>
    Ending,
}
