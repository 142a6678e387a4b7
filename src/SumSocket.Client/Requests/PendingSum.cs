namespace SumSocket.Client.Requests;

/// <summary>One request, from the call to its outcome, that has an object: one that a caller awaits, or an observer's where it had to wait.
/// (Over TCP one that found room at once is all in <see cref="Tcp.InFlightQueue"/>.) Pooled, so that a sum allocates nothing once the pool
/// is warm.</summary>
/// <remarks>The object is used again, its <see cref="Number"/> never: what remembers a request remembers both, and one whose number no
/// longer matches is another request. That is what keeps a late answer from the next caller.</remarks>
internal abstract class PendingSum
{
    public long A { get; protected set; }

    public long B { get; protected set; }

    /// <summary>Which request this is, unique in its client; 0 once it has ended.</summary>
    public long Number { get; set; }

    /// <summary>When it ends unanswered, on the clock of <see cref="DeadlineTimer"/>.</summary>
    public long Deadline { get; set; }

    /// <summary>A byte of it may have left, on this connection or an earlier one.</summary>
    public bool MaybeSent { get; set; }

    /// <summary>It stands in the line, and on no connection.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Its outcome if the connection is lost, or never made.</summary>
    public SumResult Unanswered => new(MaybeSent ? SumOutcome.OutcomeUnknown : SumOutcome.NotSent);

    /// <summary>Its outcome if its deadline passes.</summary>
    public SumResult Overdue => new(MaybeSent ? SumOutcome.TimedOut : SumOutcome.NotSent);

    public PendingSum? Next { get; set; }

    public PendingSum? Previous { get; set; }
}
