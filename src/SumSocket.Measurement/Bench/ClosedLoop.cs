namespace SumSocket.Measurement.Bench;

/// <summary>One connection's requests in a closed loop: each of its slots sends the next as soon as the last has ended. The end of one
/// request is the start of the next: one time stamp for both, and for all of one receive. A stop ends pauses.</summary>
internal sealed class ClosedLoop(BenchConnection connection, BenchPlan plan, BenchClock clock, int slots, CancellationToken stop)
    : BenchLoop(connection, plan, clock)
{
    private const int BatchSize = 64; // on the stack, and passed to the client in one call

    private readonly Lock _startLock = new();
    private Addends _following = new(2 * connection.Index);    // for requests sent where completions arrive
    private Addends _starting = new(2 * connection.Index + 1); // for all others: at the start and after pauses
    private long _left = plan.QuotaOf(connection.Index);
    private int _slots = slots;
    private int _pausing;

    public override void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp)
    {
        long ended = Clock.At(timestamp);
        int paused = 0;
        bool hasFailed = false;
        using (BenchRecorder.Writer writer = Connection.Record())
        {
            for (int next = 0; next < sums.Length;)
            {
                ref readonly SumCompletion sum = ref sums[next];
                RequestTimes times = RequestTimes.AllAt(sum.Tag);
                bool isMeasured = times.Sent >= Plan.MeasureFrom;
                int right = CountRight(sums[next..], sum.Tag);
                if (right > 0)
                    Connection.EndRight(writer, times, ended, isMeasured, right);
                else
                {
                    hasFailed = true;
                    if (!OutcomeClass.Of(Connection.End(writer, sum, times, ended, isMeasured)).IsSent)
                        paused++; // it would fail again at once, as often as the processor can
                }

                next += Math.Max(1, right);
            }
        }

        if (paused > 0 && Interlocked.Add(ref _pausing, paused) == paused)
            _ = StartAfterPauseAsync();

        // The client reports the loss of a connection after the time stamp of the requests lost with it. Only the answer to a request sent
        // after that report ends the loss.
        Send(ref _following, hasFailed ? Clock.Now : ended, sums.Length - paused);
    }

    protected override void Start() => Start(_slots);

    /// <summary>How many from the first on are right and were sent at the same instant: those are recorded together.</summary>
    private static int CountRight(ReadOnlySpan<SumCompletion> sums, long tag)
    {
        int count = 0;
        while (count < sums.Length && sums[count].Tag == tag && !sums[count].Result.IsRetried
            && BenchConnection.IsRight(sums[count]))
            count++;
        return count;
    }

    private async Task StartAfterPauseAsync()
    {
        await Connection.PauseAsync(stop).ConfigureAwait(false);
        Start(Interlocked.Exchange(ref _pausing, 0));
    }

    private void Start(int count)
    {
        lock (_startLock)
            Send(ref _starting, Clock.Now, count);
    }

    /// <summary>Sends the next requests of so many free slots, as far as there are any; the other slots are done.</summary>
    private void Send(ref Addends addends, long now, int free)
    {
        Span<SumRequest> requests = stackalloc SumRequest[Math.Min(free, BatchSize)];
        int done = 0;
        for (int count; free > 0; free -= count)
        {
            count = Math.Min(free, BatchSize);
            int taken = Take(now, count);
            foreach (ref SumRequest request in requests[..taken])
            {
                (long a, long b) = addends.Next();
                request = new SumRequest(a, b, now);
            }

            done += count - (taken > 0 && Connection.TrySend(requests[..taken], this) ? taken : 0);
        }

        if (done > 0 && Interlocked.Add(ref _slots, -done) == 0)
            Complete();
    }

    /// <summary>How many of so many slots may send a request now.</summary>
    private int Take(long now, int count)
    {
        if (now >= Plan.Until || stop.IsCancellationRequested)
            return 0; // a slot whose pause was cut short must not repeat what has just failed
        if (now < Plan.MeasureFrom)
            return count;
        return (int)Math.Clamp(Interlocked.Add(ref _left, -count) + count, 0, count);
    }
}
