namespace SumSocket.Client.Requests;

/// <summary>The requests that are not on a connection, oldest first. Linked through the requests, so that a cancelled one leaves from
/// anywhere.</summary>
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
