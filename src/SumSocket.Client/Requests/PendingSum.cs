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

    /// <summary>How many connections ended under it, after which it went to the next.</summary>
    public int Retries { get; set; }

    /// <summary>It waits in the queue, and is on no channel.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Its outcome if the connection is lost, or never made.</summary>
    public SumResult Unanswered => new(MaybeSent ? SumOutcome.OutcomeUnknown : SumOutcome.NotSent);

    /// <summary>Its outcome if its deadline passes.</summary>
    public SumResult Overdue => new(MaybeSent ? SumOutcome.TimedOut : SumOutcome.NotSent);

    public PendingSum? Next { get; set; }

    public PendingSum? Previous { get; set; }

    /// <summary>The object is used again: nothing of the request that it was stays.</summary>
    protected void Reset() => (MaybeSent, Retries) = (false, 0);
}

/// <summary>The requests on no connection, oldest first. Linked through them, so that a cancelled one leaves from anywhere.</summary>
internal sealed class WaitQueue
{
    private PendingSum? _last;

    public PendingSum? First { get; private set; }

    public bool IsEmpty => First is null;

    public void AddLast(PendingSum request)
    {
        request.IsWaiting = true;
        request.Previous = _last;
        if (_last is null)
            First = request;
        else
            _last.Next = request;
        _last = request;
    }

    /// <summary>Puts a request ahead of all others: one that comes back from a lost connection is older than any that waits.</summary>
    public void AddFirst(PendingSum request)
    {
        request.IsWaiting = true;
        request.Next = First;
        if (First is null)
            _last = request;
        else
            First.Previous = request;
        First = request;
    }

    public PendingSum RemoveFirst()
    {
        PendingSum request = First ?? throw new InvalidOperationException("The queue is empty.");
        Remove(request);
        return request;
    }

    public void Remove(PendingSum request)
    {
        if (request.Previous is null)
            First = request.Next;
        else
            request.Previous.Next = request.Next;
        if (request.Next is null)
            _last = request.Previous;
        else
            request.Next.Previous = request.Previous;
        request.Next = request.Previous = null;
        request.IsWaiting = false;
    }
}
