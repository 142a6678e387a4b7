namespace SumSocket.Client.Udp;

/// <summary>The requests that wait for an answer: found by number, by sum, and by what is due first. Under the lock.</summary>
/// <param name="byId">Whether answers have the ids of their requests; else they are matched by their sums.</param>
internal sealed class InFlightTable(bool byId = true)
{
    private readonly RequestsBySum? _sums = byId ? null : new RequestsBySum();
    private readonly Dictionary<long, InFlightRequest> _byNumber = [];
    private readonly Stack<InFlightRequest> _unused = [];
    private InFlightRequest[] _heap = new InFlightRequest[16]; // none is ahead of the one at half its place

    public int Count { get; private set; }

    /// <summary>What is due first; null when nothing is in flight.</summary>
    public InFlightRequest? Earliest => Count == 0 ? null : _heap[0];

    public InFlightRequest Add(PendingSum request, long due)
    {
        InFlightRequest added = _unused.Count > 0 ? _unused.Pop() : new InFlightRequest();
        (added.Request, added.Due, added.Tries, added.Failures) = (request, due, 0, 0);
        _byNumber.Add(request.Number, added);
        _sums?.Add(added);
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

    /// <summary>The request that an answer is to; null when there is none. Without ids that is the oldest that has its sum, wrapped as some
    /// peers do it, or for an overflow the oldest that overflows.</summary>
    // rule U5
    public InFlightRequest? Match(in Response answer)
    {
        if (_sums is null)
            return answer.Id is { } id ? Find(id) : null;
        if (answer.Id is not null || answer.Error is not (ErrorCode.None or ErrorCode.Overflow))
            return null; // over UDP no other error is ever sent
        return answer.IsError ? _sums.OldestOverflow : _sums.Oldest(answer.Sum);
    }

    /// <summary>Takes a request out; the caller has done with <paramref name="gone"/>.</summary>
    public PendingSum Remove(InFlightRequest gone)
    {
        PendingSum request = gone.Request;
        _byNumber.Remove(request.Number);
        _sums?.Remove(gone);
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
        while (place > 0 && _heap[(place - 1) / 2] is var parent && outstanding.IsAheadOf(parent))
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
            if (child + 1 < Count && _heap[child + 1].IsAheadOf(_heap[child]))
                child++;
            if (!_heap[child].IsAheadOf(outstanding))
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

    /// <summary>The next one that was sent with the same sum, and the one before.</summary>
    public InFlightRequest? Newer { get; set; }

    public InFlightRequest? Older { get; set; }

    /// <summary>Whether it is due before another one; of those that never are, the older is.</summary>
    public bool IsAheadOf(InFlightRequest other) => Due < other.Due || (Due == other.Due && Request.Number < other.Request.Number);
}

/// <summary>Requests by their sum, for peers that do not echo ids. Those of one sum are linked in the order they were sent.</summary>
internal sealed class RequestsBySum
{
    private readonly Dictionary<long, (InFlightRequest Oldest, InFlightRequest Newest)> _bySum = [];
    private readonly SortedDictionary<long, InFlightRequest> _overflowing = []; // by number

    public InFlightRequest? OldestOverflow => _overflowing.Count == 0 ? null : _overflowing.First().Value;

    public InFlightRequest? Oldest(long sum) => _bySum.TryGetValue(sum, out var all) ? all.Oldest : null;

    public void Add(InFlightRequest added)
    {
        if (!new Request(added.Request.A, added.Request.B).TryAdd(out long wrapped))
            _overflowing.Add(added.Request.Number, added);
        bool isFirst = !_bySum.TryGetValue(wrapped, out var all);
        added.Older = isFirst ? null : all.Newest;
        if (added.Older is not null)
            added.Older.Newer = added;
        _bySum[wrapped] = (isFirst ? added : all.Oldest, added);
    }

    public void Remove(InFlightRequest gone)
    {
        if (!new Request(gone.Request.A, gone.Request.B).TryAdd(out long wrapped))
            _overflowing.Remove(gone.Request.Number);
        if (gone.Older is not null)
            gone.Older.Newer = gone.Newer;
        if (gone.Newer is not null)
            gone.Newer.Older = gone.Older;
        var all = _bySum[wrapped];
        if (gone.Older is null && gone.Newer is null)
            _bySum.Remove(wrapped);
        else if (gone.Older is null)
            _bySum[wrapped] = (gone.Newer!, all.Newest);
        else if (gone.Newer is null)
            _bySum[wrapped] = (all.Oldest, gone.Older);
        (gone.Older, gone.Newer) = (null, null);
    }
}
