namespace SumSocket.Server.Udp;

/// <summary>How many datagrams a server received, by what became of them.</summary>
public sealed class DatagramCounts
{
    private readonly long[] _byReason = new long[Enum.GetValues<DropReason>().Length];

    /// <summary>Those answered.</summary>
    public long Answered => this[DropReason.None];

    /// <summary>Those that were not, whatever the reason.</summary>
    public long Dropped => Enum.GetValues<DropReason>().Where(reason => reason != DropReason.None).Sum(reason => this[reason]);

    /// <summary>All of them.</summary>
    public long Received => Answered + Dropped;

    /// <summary>Those with one fate; <see cref="DropReason.None"/> for the answered.</summary>
    public long this[DropReason reason] => Volatile.Read(ref _byReason[(int)reason]);

    /// <summary>Counts one. Several receive loops may count at the same time.</summary>
    internal void Add(DropReason reason) => Interlocked.Increment(ref _byReason[(int)reason]);
}
