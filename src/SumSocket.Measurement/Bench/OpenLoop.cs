using SumSocket.Client;

namespace SumSocket.Measurement.Bench;

/// <summary>
/// One connection's questions on schedule. When one is due and all places are taken, the next place to become free asks it, late, and its time
/// counts from when it was due.
/// </summary>
internal sealed class OpenLoop : IBenchLoop, ISumObserver
{
    private const int AtATime = 32; // questions that are due together leave together

    private readonly BenchConnection _connection;
    private readonly BenchPlan _plan;
    private readonly BenchClock _clock;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Place[] _places;
    private readonly Queue<int> _free; // the one longest free asks first: a place that was free in time must not be hidden behind one that was not
    private Addends _addends;
    private long _next;
    private bool _isClosed;

    /// <param name="connection">Whom to ask.</param>
    /// <param name="plan">What is due when.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="places">How many questions may be under way at a time.</param>
    public OpenLoop(BenchConnection connection, BenchPlan plan, BenchClock clock, int places)
    {
        (_connection, _plan, _clock) = (connection, plan, clock);
        _places = new Place[places];
        _free = new Queue<int>(places);
        _addends = new Addends(connection.Index);
        _next = plan.FirstOf(connection.Index);
    }

    public Task RunAsync()
    {
        long now = _clock.Now;
        lock (_gate)
        {
            for (int place = 0; place < _places.Length; place++)
                Free(place, now);
        }

        Release(_clock.Now);
        return _completion.Task;
    }

    public void Release(long now)
    {
        Span<SumRequest> due = stackalloc SumRequest[AtATime];
        while (Take(due, now) is var count and > 0)
            Ask(due[..count]);
    }

    public void LeaveRest(long now)
    {
        lock (_gate)
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
        using (BenchRecorder.Writer pen = _connection.Record())
        {
            foreach (ref readonly SumCompletion sum in sums)
            {
                ref readonly Place place = ref _places[sum.Tag];
                Asked asked = new(_plan.DueOf(place.Number), place.Ready, place.Sent);
                _connection.End(pen, sum, asked, ended, _plan.IsMeasured(place.Number));
            }
        }

        lock (_gate)
        {
            foreach (ref readonly SumCompletion sum in sums)
                Free((int)sum.Tag, ended);
        }

        Release(_clock.Now); // read now: whoever has released up to then has found these places taken, or will find them free
    }

    /// <summary>Takes questions that are due, as many as there are places for.</summary>
    /// <returns>How many.</returns>
    private int Take(Span<SumRequest> due, long now)
    {
        int count = 0;
        lock (_gate)
        {
            long number = _plan.NumberOf(_connection.Index, _next);
            bool isOver = _isClosed || number >= _plan.Count;
            if (isOver && _free.Count == _places.Length)
                _completion.TrySetResult();
            while (!isOver && count < due.Length && _plan.DueOf(number) <= now && _free.TryDequeue(out int place))
            {
                _places[place].Number = number;
                (long a, long b) = _addends.Next();
                due[count++] = new SumRequest(a, b, place);
                number = _plan.NumberOf(_connection.Index, ++_next);
                isOver = number >= _plan.Count;
            }
        }

        return count;
    }

    private void Ask(ReadOnlySpan<SumRequest> questions)
    {
        long sent = _clock.Now;
        foreach (ref readonly SumRequest question in questions)
            _places[question.Tag].Sent = sent;
        if (!_connection.TryAsk(questions, this))
            LeaveOut(questions);
    }

    private void LeaveOut(ReadOnlySpan<SumRequest> questions)
    {
        long now = _clock.Now;
        lock (_gate)
        {
            foreach (ref readonly SumRequest question in questions)
            {
                long number = _places[question.Tag].Number;
                _connection.LeaveOut(_plan.DueOf(number), now, _plan.IsMeasured(number));
                Free((int)question.Tag, now);
            }
        }
    }

    private void Free(int place, long now)
    {
        _places[place].Ready = now;
        _free.Enqueue(place);
    }

    /// <summary>One of the questions that may be under way: whoever has taken the place writes here.</summary>
    private struct Place
    {
        /// <summary>Which question on the schedule it is.</summary>
        public long Number;

        /// <summary>When the place became free for it.</summary>
        public long Ready;

        /// <summary>When it was handed to the client.</summary>
        public long Sent;
    }
}
