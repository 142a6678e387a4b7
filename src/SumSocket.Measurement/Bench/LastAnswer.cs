namespace SumSocket.Measurement.Bench;

/// <summary>When any connection had its last good answer, to within a millisecond: so seldom is it written that all can share it.</summary>
internal sealed class LastAnswer
{
    private const long Blur = TimeSpan.TicksPerMillisecond;

    private long _at = -Blur;

    /// <summary>Negative before the first.</summary>
    public long At => Volatile.Read(ref _at);

    /// <summary>A good answer came.</summary>
    public void Note(long at)
    {
        if (at - At >= Blur)
            Volatile.Write(ref _at, at);
    }
}
