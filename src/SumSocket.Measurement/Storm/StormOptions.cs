namespace SumSocket.Measurement.Storm;

/// <summary>What a storm does.</summary>
internal sealed record StormOptions
{
    /// <summary>How many clients, one connection each. Default 1,000.</summary>
    public int Connections { get; init; } = 1000;

    /// <summary>How their connections end. Default in order, by this side.</summary>
    public StormCut Cut { get; init; }

    /// <summary>How many times. Default 3.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>The longest pause after the first failed attempt; it doubles with each further one. Default 100 ms.</summary>
    public TimeSpan InitialBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause of all. Default 10 s.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a pause is somewhere between nothing and its full length (full jitter), which spreads clients that failed together;
    /// else it is always the full length. Default true.</summary>
    public bool HasJitter { get; init; } = true;

    /// <summary>How long after the cut a client that is not back counts as lost. Default 60 s.</summary>
    public TimeSpan GiveUp { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What must hold in every round.</summary>
    public IReadOnlyList<StormThreshold> Thresholds { get; init; } = [];

    /// <summary>The pause after so many failed attempts in a row.</summary>
    /// <param name="attempt">How many, from 1.</param>
    /// <param name="random">A number from 0 to 1, for the jitter.</param>
    public TimeSpan Pause(int attempt, double random) =>
        BackOff.Delay(attempt, InitialBackOff, MaxBackOff, random: 1) * (HasJitter ? random : 1);
}

/// <summary>How the connections of a storm end, all at once.</summary>
internal enum StormCut
{
    /// <summary>This side closes them in order.</summary>
    Fin,

    /// <summary>This side resets them.</summary>
    Rst,

    /// <summary>The server, or something on the path, ends them: the storm waits for that.</summary>
    Server,
}
