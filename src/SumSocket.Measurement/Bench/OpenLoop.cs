namespace SumSocket.Measurement.Bench;

/// <summary>One connection's requests on schedule. When one is due and all slots are taken, the next slot to become free asks it, late, and
/// its time counts from when it was due.</summary>
internal sealed class OpenLoop : IBenchLoop, ISumObserver
{
    private const int AtATime = 32; // requests that are due together leave together

    private readonly BenchConnection _connection;
    private readonly BenchPlan _plan;
    private readonly BenchClock _clock;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Slot[] _slots;
    // The one longest free asks first: a slot that was free in time must not be hidden behind one that was not.
    private readonly Queue<int> _free;
    private Addends _addends;
    private long _next;
    private bool _isClosed;

    /// <param name="connection">The client.</param>
    /// <param name="plan">What is due when.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="slots">How many requests may be under way at a time.</param>
    public OpenLoop(BenchConnection connection, BenchPlan plan, BenchClock clock, int slots)
    {
        (_connection, _plan, _clock) = (connection, plan, clock);
        _slots = new Slot[slots];
        _free = new Queue<int>(slots);
        _addends = new Addends(connection.Index);
        _next = plan.FirstOf(connection.Index);
    }

    public Task RunAsync()
    {
        long now = _clock.Now;
        lock (_lock)
        {
            for (int slot = 0; slot < _slots.Length; slot++)
                Free(slot, now);
        }

        Release(_clock.Now);
        return _completion.Task;
    }

    public void Release(long now)
    {
        Span<SumRequest> due = stackalloc SumRequest[AtATime];
        while (Take(due, now) is var count and > 0)
            Send(due[..count]);
    }

    public void LeaveRest(long now)
    {
        lock (_lock)
        {
            _isClosed = true;
            for (long number; (number = _plan.NumberOf(_connection.Index, _next)) < _plan.Count; _next++)
                _connection.LeaveOut(_plan.DueOf(number), now, _plan.IsMeasured(number));
        }

        Release(now);
    }

    public void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp)
    {
        long ended = _clock.At(timestamp);
        using (BenchRecorder.Writer writer = _connection.Record())
        {
            foreach (ref readonly SumCompletion sum in sums)
            {
                ref readonly Slot slot = ref _slots[sum.Tag];
                RequestTimes times = new(_plan.DueOf(slot.Number), slot.Ready, slot.Sent);
                _connection.End(writer, sum, times, ended, _plan.IsMeasured(slot.Number));
            }
        }

        lock (_lock)
        {
            foreach (ref readonly SumCompletion sum in sums)
                Free((int)sum.Tag, ended);
        }

        Release(_clock.Now); // read now: any thread that released up to then has found these slots taken, or will find them free
    }

    /// <summary>Takes requests that are due, as many as there are slots for.</summary>
    /// <returns>How many.</returns>
    private int Take(Span<SumRequest> due, long now)
    {
        int count = 0;
        lock (_lock)
        {
            long number = _plan.NumberOf(_connection.Index, _next);
            bool isOver = _isClosed || number >= _plan.Count;
            if (isOver && _free.Count == _slots.Length)
                _completion.TrySetResult();
            while (!isOver && count < due.Length && _plan.DueOf(number) <= now && _free.TryDequeue(out int slot))
            {
                _slots[slot].Number = number;
                (long a, long b) = _addends.Next();
                due[count++] = new SumRequest(a, b, slot);
                number = _plan.NumberOf(_connection.Index, ++_next);
                isOver = number >= _plan.Count;
            }
        }

        return count;
    }

    private void Send(ReadOnlySpan<SumRequest> requests)
    {
        long sent = _clock.Now;
        foreach (ref readonly SumRequest request in requests)
            _slots[request.Tag].Sent = sent;
        if (!_connection.TrySend(requests, this))
            LeaveOut(requests);
    }

    private void LeaveOut(ReadOnlySpan<SumRequest> requests)
    {
        long now = _clock.Now;
        lock (_lock)
        {
            foreach (ref readonly SumRequest request in requests)
            {
                long number = _slots[request.Tag].Number;
                _connection.LeaveOut(_plan.DueOf(number), now, _plan.IsMeasured(number));
                Free((int)request.Tag, now);
            }
        }
    }

    private void Free(int slot, long now)
    {
        _slots[slot].Ready = now;
        _free.Enqueue(slot);
    }

    /// <summary>One of the requests that may be under way: only its present owner writes here.</summary>
    private struct Slot
    {
        /// <summary>Which request on the schedule it is.</summary>
        public long Number;

        /// <summary>When the slot became free for it.</summary>
        public long Ready;

        /// <summary>When it was handed to the client.</summary>
        public long Sent;
    }
}
