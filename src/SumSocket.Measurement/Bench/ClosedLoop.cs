namespace SumSocket.Measurement.Bench;

/// <summary>One connection's requests in a closed loop: each of its slots sends the next as soon as the last has ended. The end of one
/// request is the start of the next: one time stamp for both, and for all that one receive brings.</summary>
internal sealed class ClosedLoop : IBenchLoop, ISumObserver
{
    private const int AtATime = 64; // on the stack, and passed to the client in one call

    private readonly BenchConnection _connection;
    private readonly BenchPlan _plan;
    private readonly BenchClock _clock;
    private readonly CancellationToken _stop;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _start = new();
    private Addends _following; // for requests asked where answers are told
    private Addends _starting;  // for those asked elsewhere, at the start and after pauses
    private long _left;
    private int _slots;
    private int _pausing;

    /// <param name="connection">The client.</param>
    /// <param name="plan">What is sent when.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="slots">How many requests may be under way at a time.</param>
    /// <param name="stop">Ends pauses; then nothing more is asked.</param>
    public ClosedLoop(BenchConnection connection, BenchPlan plan, BenchClock clock, int slots, CancellationToken stop)
    {
        (_connection, _plan, _clock, _slots, _stop) = (connection, plan, clock, slots, stop);
        _left = plan.QuotaOf(connection.Index);
        (_following, _starting) = (new Addends(2 * connection.Index), new Addends(2 * connection.Index + 1));
    }

    public Task RunAsync()
    {
        Start(_slots);
        return _completion.Task;
    }

    public void Release(long now)
    {
    }

    public void LeaveRest(long now)
    {
    }

    public void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp)
    {
        long ended = _clock.At(timestamp);
        int paused = 0;
        bool hasFailed = false;
        using (BenchRecorder.Writer writer = _connection.Record())
        {
            for (int next = 0; next < sums.Length;)
            {
                ref readonly SumCompletion sum = ref sums[next];
                RequestTimes times = RequestTimes.AllAt(sum.Tag);
                bool isMeasured = times.Sent >= _plan.MeasureFrom;
                int right = CountRight(sums[next..], sum.Tag);
                if (right > 0)
                    _connection.EndRight(writer, times, ended, isMeasured, right);
                else
                {
                    hasFailed = true;
                    if (!OutcomeClass.Of(_connection.End(writer, sum, times, ended, isMeasured)).IsSent)
                        paused++; // it would fail again at once, as often as the processor can
                }

                next += Math.Max(1, right);
            }
        }

        if (paused > 0 && Interlocked.Add(ref _pausing, paused) == paused)
            _ = StartAfterPauseAsync();

        // A connection's loss is told after the time stamp of what was lost with it, and only the answer to a request asked since then is
        // its end.
        Send(ref _following, hasFailed ? _clock.Now : ended, sums.Length - paused);
    }

    /// <summary>How many from the first on are right and were asked at one time: those are written down together.</summary>
    private static int CountRight(ReadOnlySpan<SumCompletion> sums, long tag)
    {
        int count = 0;
        while (count < sums.Length && sums[count].Tag == tag && BenchConnection.IsRight(sums[count]))
            count++;
        return count;
    }

    private async Task StartAfterPauseAsync()
    {
        await _connection.PauseAsync(_stop).ConfigureAwait(false);
        Start(Interlocked.Exchange(ref _pausing, 0));
    }

    private void Start(int slots)
    {
        lock (_start)
            Send(ref _starting, _clock.Now, slots);
    }

    /// <summary>Lets slots ask their next request, as far as there is one; the others are done.</summary>
    private void Send(ref Addends addends, long now, int slots)
    {
        Span<SumRequest> requests = stackalloc SumRequest[Math.Min(slots, AtATime)];
        int done = 0;
        for (int count; slots > 0; slots -= count)
        {
            count = Math.Min(slots, AtATime);
            int asked = Take(now, count);
            foreach (ref SumRequest request in requests[..asked])
            {
                (long a, long b) = addends.Next();
                request = new SumRequest(a, b, now);
            }

            done += count - (asked > 0 && _connection.TrySend(requests[..asked], this) ? asked : 0);
        }

        if (done > 0 && Interlocked.Add(ref _slots, -done) == 0)
            _completion.SetResult();
    }

    /// <returns>How many of so many slots may ask now.</returns>
    private int Take(long now, int slots)
    {
        if (now >= _plan.Until || _stop.IsCancellationRequested)
            return 0; // those whose pause was ended must not ask once more what just failed
        if (now < _plan.MeasureFrom)
            return slots;
        return (int)Math.Clamp(Interlocked.Add(ref _left, -slots) + slots, 0, slots);
    }
}
