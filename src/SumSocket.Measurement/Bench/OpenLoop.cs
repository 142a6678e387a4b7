namespace SumSocket.Measurement.Bench;

/// <summary>One connection's requests on schedule, as many in flight at a time as there are slots. When one is due and all slots are taken,
/// the next slot to become free sends it, late, and its time counts from when it was due.</summary>
internal sealed class OpenLoop(BenchConnection connection, BenchPlan plan, BenchClock clock, int slots)
    : BenchLoop(connection, plan, clock)
{
    private const int BatchSize = 32; // requests that are due together leave together

    private readonly Lock _lock = new();
    private readonly Slot[] _slots = new Slot[slots];
    // The slot that has been free longest is used first: one that was free in time must not be hidden behind one that was not.
    private readonly Queue<int> _free = new(slots);
    private Addends _addends = new(connection.Index);
    private long _next;
    private bool _isClosed;

    public override void Release(long now)
    {
        Span<SumRequest> due = stackalloc SumRequest[BatchSize];
        while (Take(due, now) is var count and > 0)
            Send(due[..count]);
    }

    public override void LeaveRest(long now)
    {
        lock (_lock)
        {
            _isClosed = true;
            for (long number; (number = Plan.NumberOf(Connection.Index, _next)) < Plan.Count; _next++)
                LeaveOut(number, now);
        }

        Release(now);
    }

    public override void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp)
    {
        long ended = Clock.At(timestamp);
        using (BenchRecorder.Writer writer = Connection.Record())
        {
            foreach (ref readonly SumCompletion sum in sums)
            {
                ref readonly Slot slot = ref _slots[sum.Tag];
                RequestTimes times = new(Plan.DueOf(slot.Number), slot.Ready, slot.Sent);
                Connection.End(writer, sum, times, ended, Plan.IsMeasured(slot.Number));
            }
        }

        lock (_lock)
        {
            foreach (ref readonly SumCompletion sum in sums)
                Free((int)sum.Tag, ended);
        }

        Release(Clock.Now); // read now: any thread that released up to then has found these slots taken, or will find them free
    }

    protected override void Start()
    {
        long now = Clock.Now;
        lock (_lock)
        {
            for (int slot = 0; slot < _slots.Length; slot++)
                Free(slot, now);
        }

        Release(Clock.Now);
    }

    /// <summary>Takes requests that are due, as many as there are slots for, and returns how many.</summary>
    private int Take(Span<SumRequest> due, long now)
    {
        int count = 0;
        lock (_lock)
        {
            long number = Plan.NumberOf(Connection.Index, _next);
            bool isOver = _isClosed || number >= Plan.Count;
            if (isOver && _free.Count == _slots.Length)
                Complete();
            while (!isOver && count < due.Length && Plan.DueOf(number) <= now && _free.TryDequeue(out int slot))
            {
                _slots[slot].Number = number;
                (long a, long b) = _addends.Next();
                due[count++] = new SumRequest(a, b, slot);
                number = Plan.NumberOf(Connection.Index, ++_next);
                isOver = number >= Plan.Count;
            }
        }

        return count;
    }

    private void Send(ReadOnlySpan<SumRequest> requests)
    {
        long now = Clock.Now;
        foreach (ref readonly SumRequest request in requests)
            _slots[request.Tag].Sent = now;
        if (Connection.TrySend(requests, this))
            return;
        now = Clock.Now;
        lock (_lock)
        {
            foreach (ref readonly SumRequest request in requests)
            {
                LeaveOut(_slots[request.Tag].Number, now);
                Free((int)request.Tag, now);
            }
        }
    }

    private void LeaveOut(long number, long now) => Connection.LeaveOut(Plan.DueOf(number), now, Plan.IsMeasured(number));

    private void Free(int slot, long now)
    {
        _slots[slot].Ready = now;
        _free.Enqueue(slot);
    }

    /// <summary>Room for one request in flight. Only its present owner writes to it.</summary>
    private struct Slot
    {
        public long Number; // of the request, on the schedule
        public long Ready;  // when the slot became free for it
        public long Sent;   // when it was handed to the client
    }
}
