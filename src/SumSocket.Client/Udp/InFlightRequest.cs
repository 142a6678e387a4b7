namespace SumSocket.Client.Udp;

/// <summary>A request that was sent and waits for its answer. Kept by <see cref="InFlightTable"/>, and used again by it.</summary>
internal sealed class InFlightRequest
{
    /// <summary>Whose it is.</summary>
    public PendingSum Request { get; set; } = null!;

    /// <summary>The next instant at which something is due: a repeat, or its end.</summary>
    public long Due { get; set; }

    /// <summary>How often it was handed to the kernel; 0 while its first datagram waits to leave.</summary>
    public int Tries { get; set; }

    /// <summary>How many of those the kernel did not take.</summary>
    public int Failures { get; set; }

    /// <summary>Where it stands in the table's heap.</summary>
    public int Place { get; set; }
}
