namespace SumSocket.Client.Requests;

/// <summary>The system's clock as it stood at the kernel's last tick, 1 to 10 ms ago: so much can a deadline be early. It is read for each
/// request, and takes 8 ns where the exact one takes 27, which is 5 % of a pipelined sum.</summary>
internal sealed class CoarseClock : TimeProvider
{
    private CoarseClock()
    {
    }

    public static CoarseClock Instance { get; } = new();

    /// <summary>The exact clock beside <paramref name="time"/>: the system's for this one, else the same.</summary>
    public static TimeProvider ExactFor(TimeProvider time) => time == Instance ? System : time;

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => Environment.TickCount64;
}
