namespace SumSocket.Measurement.Bench;

/// <summary>Finds out whether there is a server, and opens all connections before the first request, which so does not include it: each is
/// connected, and one sum is checked on it.</summary>
internal sealed class BenchOpening(
    IReadOnlyList<BenchConnection> connections, BenchTarget target, BenchOptions options, BenchClock clock, TimeProvider time)
{
    private const int Together = 100;                                         // the accept queues of servers are short
    private const int Attempts = 3;                                           // a datagram may be lost
    private static readonly TimeSpan _attemptTime = TimeSpan.FromSeconds(1); // even if the client gives up sooner
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);   // with a server that opens none any more, or does not answer
    private static readonly TimeSpan _awake = TimeSpan.FromSeconds(10);      // servers close what is silent for longer

    // Nothing ties it up: after the time for 500 connections a second it begins with those there are.
    private readonly TimeSpan _longest = options.RampUp + TimeSpan.FromMinutes(1) + connections.Count * TimeSpan.FromMilliseconds(2);
    private readonly long _start = clock.Now;
    private long _progressAt = clock.Now;
    private int _next;
    private bool _isKeepingAwake;

    private bool WithSums => !options.CountsConnects; // else the first sum would use the connection up

    /// <summary>Reaches the server with the first connection, then opens all.</summary>
    /// <returns>Why the server was not reached, in one line; null when it was. The connections know why one was not opened.</returns>
    public async Task<string?> ReachAsync(CancellationToken stop)
    {
        bool isReached = false;
        try
        {
            stop.ThrowIfCancellationRequested();
            await connections[0].Client.ConnectAsync(stop).ConfigureAwait(false);
            if (!target.HasConnections && await FindSilenceAsync(connections[0].Client, stop).ConfigureAwait(false) is { } silence)
                return silence;
            isReached = true;
            using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using ITimer watch = time.CreateTimer(_ => Watch(enough), null, _awake, _awake);
            await Task.WhenAll(Enumerable.Range(0, Math.Min(Together, connections.Count)).Select(_ => OpenSomeAsync(enough.Token)))
                .ConfigureAwait(false);
            End(enough);
            return null;
        }
        catch (SumConnectException failure)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return isReached ? null : "stopped before the server was reached";
        }
    }

    /// <summary>Here and now: nothing else is done at the same time.</summary>
    private static void End(CancellationTokenSource enough) => enough.Cancel();

    /// <summary>Opens one after the other, each when the ramp-up has come to it.</summary>
    private async Task OpenSomeAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested && Interlocked.Increment(ref _next) - 1 is var index && index < connections.Count)
        {
            await clock.WaitUntilAsync(_start + (long)((Int128)options.RampUp.Ticks * index / connections.Count), enough)
                .ConfigureAwait(false);
            if (await TryOpenAsync(connections[index], enough).ConfigureAwait(false))
                Volatile.Write(ref _progressAt, clock.Now);
        }
    }

    private async Task<bool> TryOpenAsync(BenchConnection connection, CancellationToken enough)
    {
        for (int attempt = 0; attempt < (target.HasConnections ? 1 : Attempts) && !enough.IsCancellationRequested; attempt++)
        {
            using CancellationTokenSource timer = new(target.HasConnections ? _patience : _attemptTime, time);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(enough, timer.Token);
            try
            {
                await connection.OpenAsync(WithSums, limit.Token, enough).ConfigureAwait(false);
                if (connection.IsOpened)
                    return true;
            }
            catch (Exception failure) when (failure is SumConnectException or OperationCanceledException)
            {
                // It knows why.
            }
        }

        return false;
    }

    /// <summary>Ends the opening when nothing comes of it any more, and until then keeps open what is.</summary>
    private void Watch(CancellationTokenSource enough)
    {
        long now = clock.Now, rampUp = _start + options.RampUp.Ticks;
        try
        {
            if (now - Math.Max(Volatile.Read(ref _progressAt), rampUp) > 2 * _patience.Ticks || now - _start > _longest.Ticks)
                End(enough);
            else if (WithSums && !Interlocked.Exchange(ref _isKeepingAwake, true))
                _ = KeepAwakeAsync(enough.Token);
        }
        catch (ObjectDisposedException)
        {
            // It has ended just now.
        }
    }

    private async Task KeepAwakeAsync(CancellationToken enough)
    {
        foreach (BenchConnection[] some in connections.Where(one => one.IsOpened).Chunk(Together))
            await Task.WhenAll(some.Select(one => TryOpenAsync(one, enough))).ConfigureAwait(false);
        Volatile.Write(ref _isKeepingAwake, false);
    }

    /// <summary>Without a connection only an answer, even a late one, shows that a server is there. The kernel may report that there is
    /// none. Returns why there seems to be none; null when there is one.</summary>
    private static async Task<string?> FindSilenceAsync(ISumClient client, CancellationToken stop)
    {
        TaskCompletionSource<string?> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionChanged += Listen;
        try
        {
            for (int attempt = 0; attempt < Attempts && !found.Task.IsCompleted; attempt++)
            {
                using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(_attemptTime);
                Task<bool> answered = IsAnsweredAsync(client, limit.Token);
                if (await Task.WhenAny(answered, found.Task).ConfigureAwait(false) == answered)
                {
                    if (await answered.ConfigureAwait(false))
                        return null;
                    await ((Task)found.Task).WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                await limit.CancelAsync().ConfigureAwait(false);
                await answered.ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
            }

            if (!found.Task.IsCompleted)
                return $"no answer from the server within {Attempts} s";
            return await found.Task.ConfigureAwait(false) is { } refusal ? $"no answer from the server: {refusal}" : null;
        }
        finally
        {
            client.ConnectionChanged -= Listen;
        }

        void Listen(ConnectionEvent change) => found.TrySetResult(change.Kind == ConnectionEventKind.Connected ? null : change.Reason);
    }

    private static async Task<bool> IsAnsweredAsync(ISumClient client, CancellationToken limit)
    {
        try
        {
            return (await client.SumAsync(7, 4, limit).ConfigureAwait(false)).Outcome
                is SumOutcome.Sum or SumOutcome.WrongAnswer or SumOutcome.ServerError;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return false;
        }
    }
}
