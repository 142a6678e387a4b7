namespace SumSocket.Client.Udp;

/// <summary>What a <see cref="SumUdpClient"/> has sent and received so far, in datagrams. Each number is up to date by itself.</summary>
public sealed class SumUdpCounts
{
    private readonly long[] _byFate = new long[Enum.GetValues<DatagramCounter>().Length];

    /// <summary>Requests that left for the first time.</summary>
    public long Sent => this[DatagramCounter.Sent];

    /// <summary>Requests that left again.</summary>
    public long Repeated => this[DatagramCounter.Repeated];

    /// <summary>Requests, first or again, that the kernel did not take: no room, no route. That is a loss like any other.</summary>
    public long SendFailed => this[DatagramCounter.SendFailed];

    /// <summary>Answers that were used.</summary>
    public long Answered => this[DatagramCounter.Answered];

    /// <summary>First answers to requests that had timed out or were cancelled. Of requests more than half a million back it is no longer
    /// known whether they were answered; answers to those count as late, too.</summary>
    public long Late => this[DatagramCounter.Late];

    /// <summary>Further answers to a request: a repeat that was not needed, or a datagram doubled on its way.</summary>
    public long Duplicates => this[DatagramCounter.Duplicate];

    /// <summary>First answers, in time or late, that came after the answer to a request issued later (the reordering of RFC 4737, section
    /// 3, of the round trip). An answer to a repeat comes late by its nature and counts, too.</summary>
    public long Reordered => this[DatagramCounter.Reordered];

    /// <summary>Answers to requests that were never sent. Without <see cref="SumUdpClientOptions.UseIds"/> all answers that no request
    /// waits for: late and doubled ones look the same.</summary>
    public long Foreign => this[DatagramCounter.Foreign];

    /// <summary>Datagrams that are no answer: empty, cut, too long, not of the protocol.</summary>
    public long Malformed => this[DatagramCounter.Malformed];

    /// <summary>Reports that no process listens there (ICMP port unreachable). No datagram, and not one for each: the kernel keeps only the
    /// last.</summary>
    public long Refused => this[DatagramCounter.Refused];

    /// <summary>All datagrams received.</summary>
    public long Received => Answered + Late + Duplicates + Foreign + Malformed;

    private long this[DatagramCounter fate] => Volatile.Read(ref _byFate[(int)fate]);

    /// <summary>Counts one. Any number of threads may count at the same time.</summary>
    internal void Add(DatagramCounter fate) => Interlocked.Increment(ref _byFate[(int)fate]);
}

/// <summary>What became of a datagram; see <see cref="SumUdpCounts"/>.</summary>
internal enum DatagramCounter
{
    Sent,
    Repeated,
    SendFailed,
    Answered,
    Late,
    Duplicate,
    Foreign,
    Malformed,
    Refused,

    /// <summary>Not a fate of its own: besides answered or late.</summary>
    Reordered,
}
