using System.Globalization;

namespace SumSocket.SystemTests.Torture;

/// <summary>How long a soak takes and what it does.</summary>
internal sealed record SoakPlan
{
    /// <summary>How long requests are made.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>How many requests are made in a second, over TCP, TLS and UDP together.</summary>
    public double Rate { get; init; } = 5_000;

    /// <summary>Of all that is drawn.</summary>
    public int Seed { get; init; } = 19;

    /// <summary>Loses memory and connections on purpose, to show that this is found.</summary>
    public bool Leaks { get; init; }

    /// <summary>Whether it is long enough to tell a small leak from a program that is still warming up.</summary>
    public bool IsLong => Length >= TimeSpan.FromMinutes(10);

    /// <summary>How often figures are read.</summary>
    public TimeSpan SampleInterval => IsLong ? TimeSpan.FromSeconds(10) : TimeSpan.FromMilliseconds(250);

    /// <summary>From the begin of one trouble on a path to that of the next.</summary>
    public TimeSpan TroubleInterval => IsLong ? TimeSpan.FromSeconds(5) : TimeSpan.FromSeconds(1);

    /// <summary>Memory in MB that a process may gain in the second half: in a few seconds the runtime still compiles.</summary>
    public double MemorySlack => IsLong ? 2 : 16;

    /// <summary>Descriptors, threads or timers it may gain: connections come and go, and in a few seconds do not average out.</summary>
    public double CountSlack => IsLong ? 5 : 40;

    /// <summary>The one that the environment asks for, else a short one.</summary>
    public static SoakPlan FromEnvironment() => new()
    {
        Length = double.TryParse(
            Environment.GetEnvironmentVariable("SOAK_MINUTES"), CultureInfo.InvariantCulture, out double minutes)
            ? TimeSpan.FromMinutes(minutes) : TimeSpan.FromSeconds(6),
    };
}
