namespace SumSocket.Measurement.Bench;

/// <summary>Finds out whether there is a server, and connects before the first request, which so does not include it.</summary>
internal static class BenchOpening
{
    private const int BatchSize = 100;                                        // the accept queues of servers are short
    private const int Attempts = 3;                                           // a datagram may be lost
    private static readonly TimeSpan _attemptTime = TimeSpan.FromSeconds(1); // even if the client gives up sooner

    /// <summary>Reaches the server with the first connection, then connects the others, unless a ramp-up spreads them.</summary>
    /// <returns>Why the server was not reached, in one line; null when it was. Failures of further connections show in the run.</returns>
    public static async Task<string?> ReachAsync(
        IReadOnlyList<BenchConnection> connections, BenchTarget target, BenchOptions options, CancellationToken stop)
    {
        bool isReached = false;
        try
        {
            stop.ThrowIfCancellationRequested();
            await connections[0].Client.ConnectAsync(stop).ConfigureAwait(false);
            if (!target.HasConnections && await FindSilenceAsync(connections[0].Client, stop).ConfigureAwait(false) is { } silence)
                return silence;
            isReached = true;
            if (options.RampUp > TimeSpan.Zero)
                return null;
            foreach (BenchConnection[] some in connections.Chunk(BatchSize).TakeWhile(_ => !stop.IsCancellationRequested))
                await Task.WhenAll(some.Select(one => TryConnectAsync(one.Client, stop))).ConfigureAwait(false);
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

    private static async Task TryConnectAsync(ISumClient client, CancellationToken stop)
    {
        try
        {
            await client.ConnectAsync(stop).ConfigureAwait(false);
        }
        catch (SumConnectException)
        {
            // The run shows it.
        }
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
