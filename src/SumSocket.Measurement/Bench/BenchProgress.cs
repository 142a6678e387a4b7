namespace SumSocket.Measurement.Bench;

/// <summary>How far a bench is.</summary>
/// <param name="Phase">What it does.</param>
/// <param name="Elapsed">For how long it has done that; zero while connecting, the measured time at the end.</param>
/// <param name="Length">How long that takes in all; null when it cannot be foreseen. While connecting, the time to a start that was
/// given.</param>
/// <param name="Down">Connections that are lost, could not be made, or do not answer, and have not answered since.</param>
/// <param name="Opened">Connections on which a right sum came.</param>
internal sealed record BenchProgress(BenchPhase Phase, TimeSpan Elapsed, TimeSpan? Length, int Down = 0, int Opened = 0);

/// <summary>What a bench has measured so far.</summary>
/// <param name="Progress">How far it is.</param>
/// <param name="Counts">The requests that have ended.</param>
/// <param name="Times">Their times; on schedule from when they were due.</param>
/// <param name="Outages">How many have begun.</param>
internal sealed record BenchSnapshot(BenchProgress Progress, BenchCounts Counts, Histogram Times, long Outages);

/// <summary>What a bench does at the moment.</summary>
public enum BenchPhase
{
    /// <summary>It waits for the time to start, or connects to the server.</summary>
    Connecting,

    /// <summary>It sends, and what is sent does not count.</summary>
    WarmingUp,

    /// <summary>It measures.</summary>
    Measuring,

    /// <summary>It waits for the last answers, or has ended.</summary>
    Ending,
}
