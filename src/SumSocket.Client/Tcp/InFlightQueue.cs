using System.Numerics;

namespace SumSocket.Client.Tcp;

/// <summary>The requests on one connection, in the order their answers must come.</summary>
internal sealed class InFlightQueue
{
    private Entry[] _ring = new Entry[16];
    private int _head;

    /// <summary>How many answers are due.</summary>
    public int Count { get; private set; }

    /// <summary>The entry at <paramref name="index"/>, 0 being the oldest.</summary>
    public ref readonly Entry this[int index] => ref _ring[_head + index & _ring.Length - 1];

    /// <summary>Adds a request whose first byte stands at <paramref name="start"/> in the connection's stream of requests.</summary>
    public void Enqueue(PendingSum request, long start)
    {
        if (Count == _ring.Length)
            Grow();
        ref Entry entry = ref _ring[_head + Count & _ring.Length - 1];
        entry.Request = request;
        entry.Number = request.Number;
        entry.Deadline = request.Deadline;
        entry.Start = start;
        Count++;
    }

    /// <summary>Takes the oldest out; what is returned stands until the next is added.</summary>
    public ref readonly Entry Dequeue()
    {
        ref readonly Entry entry = ref _ring[_head];
        _head = _head + 1 & _ring.Length - 1;
        Count--;
        return ref entry;
    }

    private void Grow()
    {
        var larger = new Entry[BitOperations.RoundUpToPowerOf2((uint)_ring.Length + 1)];
        for (int i = 0; i < Count; i++)
            larger[i] = this[i];
        (_ring, _head) = (larger, 0);
    }

    /// <summary>One answer that is due, whether or not anybody still waits for it.</summary>
    public struct Entry
    {
        /// <summary>Who asked, if the number still matches.</summary>
        public PendingSum Request;

        /// <summary>The request's number when it was put on the connection.</summary>
        public long Number;

        /// <summary>When the answer is overdue; it outlives a request that was cancelled.</summary>
        public long Deadline;

        /// <summary>Where in the connection's stream of requests its first byte stands.</summary>
        public long Start;

        /// <summary>False for a tombstone: its caller has gone, and it only stays to take its one answer.</summary>
        public readonly bool IsLive => Request.Number == Number;
    }
}
