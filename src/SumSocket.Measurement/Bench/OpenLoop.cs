using SumSocket.Client;

namespace SumSocket.Measurement.Bench;

/// <summary>
/// One connection's questions on schedule. When one is due and all places are taken, the next place to become free asks it, late, and its time
/// counts from when it was due.
/// </summary>
internal sealed class OpenLoop(BenchConnection connection, BenchPlan plan, BenchClock clock) : IBenchLoop
{
    private const long NoMore = -1;

    private readonly Lock _gate = new();
    private readonly Stack<PaceWaiter> _waiting = new();
    private long _next;
    private bool _isClosed;

    public Task RunAsync(int places)
    {
        lock (_gate)
        {
            _next = plan.FirstOf(connection.Index);
            _waiting.EnsureCapacity(places);
        }

        return Task.WhenAll(Enumerable.Range(0, places).Select(place => AskAsync(new Addends(connection.Index * places + place))));
    }

    public void Release(long now)
    {
        while (true)
        {
            PaceWaiter? waiter;
            long number;
            lock (_gate)
            {
                if (_waiting.Count == 0 || !TryTake(now, out number))
                    return;
                waiter = _waiting.Pop();
            }

            waiter.End(number);
        }
    }

    public void LeaveRest(long now)
    {
        lock (_gate)
        {
            _isClosed = true;
            for (long number; (number = plan.NumberOf(connection.Index, _next)) < plan.Count; _next++)
                connection.LeaveOut(plan.DueOf(number), now, plan.IsMeasured(number));
        }

        Release(now);
    }

    private async Task AskAsync(Addends addends)
    {
        PaceWaiter waiter = new();
        long ready = clock.Now;
        while (true)
        {
            long number = await TakeAsync(waiter).ConfigureAwait(false);
            if (number == NoMore)
                return;
            (long a, long b) = addends.Next();
            long due = plan.DueOf(number);
            long sent = clock.Now;
            try
            {
                SumResult result = await connection.Client.SumAsync(a, b, CancellationToken.None).ConfigureAwait(false);
                long ended = clock.Now;
                connection.End(result, a, b, new Asked(due, ready, sent), ended, plan.IsMeasured(number));
                ready = ended;
            }
            catch (ObjectDisposedException)
            {
                connection.LeaveOut(due, clock.Now, plan.IsMeasured(number)); // the run was given up just now
                return;
            }
        }
    }

    private ValueTask<long> TakeAsync(PaceWaiter waiter)
    {
        lock (_gate)
        {
            // The clock is read inside: whoever has released up to then has found this place not waiting, or will find it.
            if (TryTake(clock.Now, out long number))
                return new ValueTask<long>(number);
            ValueTask<long> turn = waiter.Begin();
            _waiting.Push(waiter);
            return turn;
        }
    }

    /// <summary>Takes the next question when it is due, or the news that there are no more.</summary>
    private bool TryTake(long now, out long number)
    {
        number = plan.NumberOf(connection.Index, _next);
        if (_isClosed || number >= plan.Count)
        {
            number = NoMore;
            return true;
        }

        if (plan.DueOf(number) > now)
            return false;
        _next++;
        return true;
    }
}
