namespace SumSocket.Measurement.Bench;

/// <summary>Why a bench ended.</summary>
public enum BenchEnd
{
    /// <summary>All that was planned was done: the time, or the number of questions.</summary>
    Complete,

    /// <summary>It was told to stop.</summary>
    Interrupted,

    /// <summary>The server was not reached at the start.</summary>
    Unreachable,
}
