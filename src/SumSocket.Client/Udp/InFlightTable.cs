namespace SumSocket.Client.Udp;

/// <summary>The requests that wait for an answer: found by number, by sum, and by what is due first. Under the lock.</summary>
internal sealed class InFlightTable
{
    private readonly Dictionary<long, InFlightRequest> _byNumber = [];
    private readonly Stack<InFlightRequest> _unused = [];
    private InFlightRequest[] _heap = new InFlightRequest[16]; // by Due: none is earlier than the one at half its place

    public int Count { get; private set; }

    /// <summary>What is due first; null when nothing is in flight.</summary>
    public InFlightRequest? Earliest => Count == 0 ? null : _heap[0];

    public InFlightRequest Add(PendingSum request, long due)
    {
        InFlightRequest added = _unused.Count > 0 ? _unused.Pop() : new InFlightRequest();
        (added.Request, added.Due, added.Tries, added.Failures) = (request, due, 0, 0);
        _byNumber.Add(request.Number, added);
        if (Count == _heap.Length)
            Array.Resize(ref _heap, 2 * Count);
        Rise(added, Count++);
        return added;
    }

    /// <summary>All, in the order in which they are due. For the end, or a refusal: it makes a list.</summary>
    public List<InFlightRequest> All() => [.. _heap.Take(Count).OrderBy(one => one.Due).ThenBy(one => one.Request.Number)];

    /// <summary>Those that were handed to the kernel.</summary>
    public List<InFlightRequest> Sent() => All().FindAll(one => one.Tries > 0);

    public InFlightRequest? Find(long number) => _byNumber.GetValueOrDefault(number);

    /// <summary>The request that an answer is to; null when there is none.</summary>
    public InFlightRequest? Match(in Response answer, bool byId)
    {
        if (byId)
            return answer.Id is { } id ? Find(id) : null;
        bool isToRequest = answer.Error is ErrorCode.None or ErrorCode.Overflow; // over UDP no other error is ever sent
        return answer.Id is null && isToRequest ? FindOldest(answer.Sum, answer.IsError) : null;
    }

    /// <summary>The oldest request that an answer without an id can be to: one that has its sum, wrapped as some peers do it, or for an
    /// overflow one that overflows. Looks at all, which is for old peers few.</summary>
    // rule U5
    public InFlightRequest? FindOldest(long sum, bool overflow)
    {
        InFlightRequest? oldest = null;
        for (int i = 0; i < Count; i++)
        {
            PendingSum request = _heap[i].Request;
            bool isInRange = new Request(request.A, request.B).TryAdd(out long wrapped);
            bool fits = overflow ? !isInRange : wrapped == sum;
            if (fits && (oldest is null || request.Number < oldest.Request.Number))
                oldest = _heap[i];
        }

        return oldest;
    }

    /// <summary>Takes a request out; the caller has done with <paramref name="gone"/>.</summary>
    public PendingSum Remove(InFlightRequest gone)
    {
        PendingSum request = gone.Request;
        _byNumber.Remove(request.Number);
        InFlightRequest last = _heap[--Count];
        _heap[Count] = null!;
        if (last != gone)
            Settle(last, gone.Place);
        gone.Request = null!;
        _unused.Push(gone);
        return request;
    }

    /// <summary>Sets the next instant of one that stays.</summary>
    public void Reschedule(InFlightRequest outstanding, long due)
    {
        outstanding.Due = due;
        Settle(outstanding, outstanding.Place);
    }

    private void Settle(InFlightRequest outstanding, int place)
    {
        Rise(outstanding, place);
        Sink(outstanding, outstanding.Place);
    }

    private void Rise(InFlightRequest outstanding, int place)
    {
        while (place > 0 && _heap[(place - 1) / 2] is var parent && outstanding.Due < parent.Due)
        {
            Put(parent, place);
            place = (place - 1) / 2;
        }

        Put(outstanding, place);
    }

    private void Sink(InFlightRequest outstanding, int place)
    {
        while (2 * place + 1 < Count)
        {
            int child = 2 * place + 1;
            if (child + 1 < Count && _heap[child + 1].Due < _heap[child].Due)
                child++;
            if (_heap[child].Due >= outstanding.Due)
                break;
            Put(_heap[child], place);
            place = child;
        }

        Put(outstanding, place);
    }

    private void Put(InFlightRequest outstanding, int place)
    {
        _heap[place] = outstanding;
        outstanding.Place = place;
    }
}

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
