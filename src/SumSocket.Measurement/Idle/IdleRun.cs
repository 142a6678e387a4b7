namespace SumSocket.Measurement.Idle;

/// <summary>Tries silences at the same time until the searches know their limits.</summary>
/// <param name="probe">What tries them.</param>
/// <param name="clock">The clock.</param>
internal sealed class IdleRun(ISilenceProbe probe, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly List<Running> _running = [];

    /// <summary>What is being tried, and for how long already.</summary>
    public IReadOnlyList<(SilenceTry Try, TimeSpan Since)> Now
    {
        get
        {
            lock (_lock)
                return [.. _running.Select(one => (one.Try, clock.GetElapsedTime(one.Start)))];
        }
    }

    /// <summary>Runs to the end, or to the stop.</summary>
    /// <param name="searches">What to find; the results are in them.</param>
    /// <param name="onResult">Is given each result that counts.</param>
    /// <param name="stop">Ends it with what is known.</param>
    public async Task RunAsync(IReadOnlyList<SilenceSearch> searches, Action<SilenceResult> onResult, CancellationToken stop)
    {
        foreach (SilenceSearch search in searches)
            StartNext(search, stop);
        while (_running.Count > 0)
        {
            await Task.WhenAny(_running.Select(one => one.Task)).ConfigureAwait(false);
            foreach (Running ended in _running.Where(one => one.Task.IsCompleted).ToArray())
            {
                lock (_lock)
                    _running.Remove(ended);
                SilenceResult result = await ended.Task.ConfigureAwait(false);
                ended.Stop.Dispose();
                ended.Search.Add(result);
                if (result.End != SilenceEnd.Stopped)
                    onResult(result);
                if (!stop.IsCancellationRequested)
                    StartNext(ended.Search, stop);
            }

            foreach (Running one in _running.Where(one => one.Search.IsMoot(one.Try.Silence)))
                await one.Stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private void StartNext(SilenceSearch search, CancellationToken stop)
    {
        foreach (SilenceTry next in search.Next())
        {
            var own = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Running running = new(search, next, clock.GetTimestamp(), TryAsync(next, own.Token), own);
            lock (_lock)
                _running.Add(running);
        }
    }

    private async Task<SilenceResult> TryAsync(SilenceTry what, CancellationToken stop)
    {
        long start = clock.GetTimestamp();
        try
        {
            return await probe.TryAsync(what, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new SilenceResult(what, SilenceEnd.Stopped, clock.GetElapsedTime(start));
        }
    }

    private sealed record Running(
        SilenceSearch Search, SilenceTry Try, long Start, Task<SilenceResult> Task, CancellationTokenSource Stop);
}
