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

/// <summary>Why a datagram was not answered.</summary>
public enum DropReason
{
    /// <summary>It was answered.</summary>
    None,

    /// <summary>It held no byte.</summary>
    Empty,

    /// <summary>It was longer than the contract allows.</summary>
    TooLong,

    /// <summary>It was not exactly one request with integer A and B.</summary>
    NotARequest,

    /// <summary>It came from port 0, where no process can listen, or from this server's own port: a forged sender.</summary>
    ForgedSender,

    /// <summary>Its answer would have been longer than the request.</summary>
    AnswerTooLong,

    /// <summary>The kernel would not send the answer: no route, a firewall, a broadcast address.</summary>
    SendFailed,

    /// <summary>It asked for a longer delay than the server allows, or as many answers as may be were being held back already.</summary>
    DelayRefused,
}
