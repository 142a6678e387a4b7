using System.Numerics;

namespace SumSocket.Client.Tcp;

/// <summary>The requests on one connection, in the order their answers must come.</summary>
internal sealed class InFlightQueue
{
    private Entry[] _ring = new Entry[16];
    private int _head;

    public int Count { get; private set; }

    /// <summary>The entry at <paramref name="index"/>, 0 being the oldest.</summary>
    public ref readonly Entry this[int index] => ref _ring[_head + index & _ring.Length - 1];

    /// <summary>Adds a request whose first byte stands at <paramref name="start"/> in the connection's stream of requests.</summary>
    public void Enqueue(PendingSum request, long start) => Add(request.Number, request.Deadline, start).Request = request;

    /// <summary>The same for a request that has no object.</summary>
    public void Enqueue(in SumRequest sum, ISumObserver observer, long number, long deadline, long start)
    {
        ref Entry entry = ref Add(number, deadline, start);
        entry.Observer = observer;
        entry.Sum = sum;
    }

    /// <summary>Those from the oldest on that stand next to each other in memory: all, or those up to the end of the ring.</summary>
    public ReadOnlySpan<Entry> Oldest => _ring.AsSpan(_head, Math.Min(Count, _ring.Length - _head));

    /// <summary>Takes the oldest out, and forgets their callers, which may be gone long before the place is used again.</summary>
    public void Drop(int count)
    {
        for (int i = 0; i < count; i++)
        {
            ref Entry entry = ref _ring[_head + i & _ring.Length - 1];
            (entry.Request, entry.Observer) = (null, null);
        }

        _head = _head + count & _ring.Length - 1;
        Count -= count;
    }

    /// <summary>The request at <paramref name="index"/>, which leaves the connection without its answer; null for a tombstone.</summary>
    /// <param name="index">Its place, 0 being the oldest.</param>
    /// <param name="notifier">Makes an object of one that has none: it may have to wait in the queue.</param>
    public PendingSum? TakeOut(int index, CompletionNotifier notifier)
    {
        ref Entry entry = ref _ring[_head + index & _ring.Length - 1];
        if (entry.Request is null)
        {
            entry.Request = notifier.Rent(entry.Sum, entry.Observer!);
            (entry.Request.Number, entry.Request.Deadline) = (entry.Number, entry.Deadline);
        }

        return entry.IsLive ? entry.Request : null;
    }

    private ref Entry Add(long number, long deadline, long start)
    {
        if (Count == _ring.Length)
            Grow();
        ref Entry entry = ref _ring[_head + Count & _ring.Length - 1];
        (entry.Number, entry.Deadline, entry.Start) = (number, deadline, start);
        Count++;
        return ref entry;
    }

    private void Grow()
    {
        var larger = new Entry[BitOperations.RoundUpToPowerOf2((uint)_ring.Length + 1)];
        for (int i = 0; i < Count; i++)
            larger[i] = this[i];
        (_ring, _head) = (larger, 0);
    }

    /// <summary>One answer that is due, whether or not a caller still waits for it. A request that cannot be cancelled, and was never
    /// queued, is all in here and has no object of its own.</summary>
    public struct Entry
    {
        /// <summary>The request, if the number still matches; null for one without an object.</summary>
        public PendingSum? Request;

        /// <summary>The request's number when it was put on the connection.</summary>
        public long Number;

        /// <summary>When the answer is overdue; it outlives a request that was cancelled.</summary>
        public long Deadline;

        /// <summary>Where in the connection's stream of requests its first byte stands.</summary>
        public long Start;

        /// <summary>Of a request without an object: its observer.</summary>
        public ISumObserver? Observer;

        /// <summary>Of a request without an object: its addends and tag.</summary>
        public SumRequest Sum;

        /// <summary>False for a tombstone: its caller has gone, and it only stays to take its one answer.</summary>
        public readonly bool IsLive => Request is null || Request.Number == Number;
    }
}
