namespace SumSocket.Measurement.Bench;

/// <summary>Connects that began in the measured time, counted where connections carry a limited number of requests. Not for several threads
/// at once.</summary>
internal sealed class ConnectTally
{
    /// <summary>How long each connect took.</summary>
    public Histogram Connect { get; } = new();

    /// <summary>From the start of each connect to the first right answer on its connection.</summary>
    public Histogram FirstAnswer { get; } = new();

    /// <summary>Those that were done within the measured time.</summary>
    public long InTime { get; private set; }

    /// <summary>Attempts that failed.</summary>
    public long Failed { get; private set; }

    public void Count(long ticks, bool inTime)
    {
        Connect.Record(new TimeSpan(ticks));
        if (inTime)
            InTime++;
    }

    public void CountFirstAnswer(long ticks) => FirstAnswer.Record(new TimeSpan(ticks));

    public void CountFailed() => Failed++;

    /// <summary>Adds all of <paramref name="other"/>.</summary>
    public void Merge(ConnectTally other)
    {
        Connect.Merge(other.Connect);
        FirstAnswer.Merge(other.FirstAnswer);
        InTime += other.InTime;
        Failed += other.Failed;
    }

    /// <summary>The figures of a measured time of this length.</summary>
    public BenchConnects Summarize(TimeSpan duration, IReadOnlyList<double> percentiles) => new(
        Connect.Count, duration > TimeSpan.Zero ? InTime / duration.TotalSeconds : 0, Failed,
        LatencySummary.Of(Connect, percentiles), LatencySummary.Of(FirstAnswer, percentiles));
}

/// <summary>The connects that began in the measured time.</summary>
/// <param name="Made">How many made a connection.</param>
/// <param name="PerSecond">Connections made a second, of those made within the measured time.</param>
/// <param name="Failed">How many attempts failed.</param>
/// <param name="Connect">How long those that made one took, the resolving of the name not included.</param>
/// <param name="FirstAnswer">From the start of each to the first right answer on its connection.</param>
internal sealed record BenchConnects(long Made, double PerSecond, long Failed, LatencySummary Connect, LatencySummary FirstAnswer);
