namespace SumSocket.Measurement.Bench;

/// <summary>How the questions of one connection follow one another.</summary>
internal interface IBenchLoop
{
    /// <summary>Asks until the plan ends.</summary>
    Task RunAsync();

    /// <summary>Lets those ask who wait for their time, as far as it has come.</summary>
    void Release(long now);

    /// <summary>Counts what was due and is not sent any more, and sends nothing more.</summary>
    void LeaveRest(long now);
}
