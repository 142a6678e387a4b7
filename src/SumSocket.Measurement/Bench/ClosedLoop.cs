using SumSocket.Client;

namespace SumSocket.Measurement.Bench;

/// <summary>One connection's questions in a closed loop: each of its places asks the next as soon as the last has ended.</summary>
internal sealed class ClosedLoop(BenchConnection connection, BenchPlan plan, BenchClock clock, CancellationToken stop) : IBenchLoop
{
    private long _left = plan.QuotaOf(connection.Index);

    public Task RunAsync(int places) =>
        Task.WhenAll(Enumerable.Range(0, places).Select(place => AskAsync(new Addends(connection.Index * places + place))));

    public void Release(long now)
    {
    }

    public void LeaveRest(long now)
    {
    }

    // Nothing in here allocates or waits for anything but the answer. The end of one question is the start of the next: one look at the clock each.
    private async Task AskAsync(Addends addends)
    {
        long sent = clock.Now;
        while (TryTake(sent, out bool isMeasured))
        {
            (long a, long b) = addends.Next();
            SumResult result = await connection.Client.SumAsync(a, b, CancellationToken.None).ConfigureAwait(false);
            long ended = clock.Now;
            BenchOutcome outcome = connection.End(result, a, b, new Asked(sent, sent, sent), ended, isMeasured);
            if (outcome is BenchOutcome.Refused or BenchOutcome.NotSent)
            {
                await connection.PauseAsync(stop).ConfigureAwait(false); // it would fail again at once, as often as the processor can
                ended = clock.Now;
            }

            sent = ended;
        }
    }

    private bool TryTake(long now, out bool isMeasured)
    {
        isMeasured = now >= plan.MeasureFrom;
        return now < plan.Until && (!isMeasured || Interlocked.Decrement(ref _left) >= 0);
    }
}
