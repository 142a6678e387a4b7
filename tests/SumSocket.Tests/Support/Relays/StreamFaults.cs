namespace SumSocket.Tests;

/// <summary>How a <see cref="StreamRelay"/> treats its connections. Each draws its slicing and its fate when it is made; times and
/// bandwidth are those of the moment.</summary>
internal sealed record StreamFaults
{
    /// <summary>How long the bytes of a server take to the client. Those of the client take none: only the sum matters to either
    /// end.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Up to so much more, drawn for each piece. Order stays.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Keeps <see cref="Latency"/> to microseconds, not sleeping for the last two milliseconds. For few connections.</summary>
    public bool IsExact { get; init; }

    /// <summary>How many bytes a second pass in each direction of a connection; 0 for as many as come.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>The share of the connections whose bytes are sent in pieces of 1 to 7.</summary>
    public double Slice { get; init; }

    /// <summary>The share of the connections that are reset, towards both ends.</summary>
    public double Reset { get; init; }

    /// <summary>The share that fall silent: nothing passes any more, and neither end is informed.</summary>
    public double Silence { get; init; }

    /// <summary>The share of which one direction ends in order, wherever it was, while the other goes on.</summary>
    public double HalfClose { get; init; }

    /// <summary>The share that end in order, wherever they were.</summary>
    public double Cut { get; init; }

    /// <summary>A connection meets its fate after 1 to so many bytes, of both directions together.</summary>
    public int MaxBytes { get; init; } = 64 * 1024;

    /// <summary>What happens to the next connection.</summary>
    public StreamFate Draw(Random random)
    {
        double left = random.NextDouble();
        foreach ((double share, StreamFate fate) in (ReadOnlySpan<(double, StreamFate)>)[
            (Reset, StreamFate.Reset), (Silence, StreamFate.Silence), (HalfClose, StreamFate.HalfClose), (Cut, StreamFate.Cut)])
        {
            if (left < share)
                return fate;
            left -= share;
        }

        return StreamFate.None;
    }
}

/// <summary>How a connection through a <see cref="StreamRelay"/> ends, if not by its own ends.</summary>
internal enum StreamFate
{
    None,
    Reset,
    Silence,
    HalfClose,
    Cut,
}
