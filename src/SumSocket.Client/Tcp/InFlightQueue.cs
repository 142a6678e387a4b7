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

    public void Enqueue(in Entry entry)
    {
        if (Count == _ring.Length)
            Grow();
        _ring[_head + Count & _ring.Length - 1] = entry;
        Count++;
    }

    public Entry Dequeue()
    {
        Entry entry = _ring[_head];
        _head = _head + 1 & _ring.Length - 1;
        Count--;
        return entry;
    }

    private void Grow()
    {
        var larger = new Entry[BitOperations.RoundUpToPowerOf2((uint)_ring.Length + 1)];
        for (int i = 0; i < Count; i++)
            larger[i] = this[i];
        (_ring, _head) = (larger, 0);
    }

    /// <summary>One answer that is due, whether or not anybody still waits for it.</summary>
    /// <param name="Request">Who asked, if the number still matches.</param>
    /// <param name="Number">The request's number when it was put on the connection.</param>
    /// <param name="Deadline">When the answer is overdue; it outlives a request that was cancelled.</param>
    /// <param name="Start">Where in the connection's stream of requests its first byte stands.</param>
    public readonly record struct Entry(PendingSum Request, long Number, long Deadline, long Start)
    {
        /// <summary>False for a tombstone: its caller has gone, and it only stays to take its one answer.</summary>
        public bool IsLive => Request.Number == Number;
    }
}
