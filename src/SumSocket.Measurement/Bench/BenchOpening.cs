namespace SumSocket.Measurement.Bench;

/// <summary>Finds out whether there is a server, and connects ahead of the first request, so that its time is that of an answer like all
/// others.</summary>
internal static class BenchOpening
{
    private const int AtATime = 100;                                  // the queues of servers are not endless
    private const int Attempts = 3;                                   // a datagram may be lost
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1); // for each, however soon the client gives a request up

    /// <summary>Reaches the server with the first connection, then connects the others, unless they are to come one by one.</summary>
    /// <returns>Why the server was not reached, in one line; null when it was, even if <paramref name="stop"/> cut the rest short. What
    /// goes wrong with the others shows in the run.</returns>
    public static async Task<string?> ReachAsync(
        IReadOnlyList<BenchConnection> connections, BenchTarget target, BenchOptions options, CancellationToken stop)
    {
        bool isReached = false;
        try
        {
            await connections[0].Client.ConnectAsync(stop).ConfigureAwait(false);
            if (!target.HasConnections && await FindSilenceAsync(connections[0].Client, stop).ConfigureAwait(false) is { } silence)
                return silence;
            isReached = true;
            if (options.RampUp > TimeSpan.Zero)
                return null;
            foreach (BenchConnection[] some in connections.Chunk(AtATime))
                await Task.WhenAll(some.Select(connection => TryConnectAsync(connection.Client, stop))).ConfigureAwait(false);
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
        }
    }

    /// <summary>Without a connection only an answer, late ones too, shows that a server is there. The kernel may report that there is
    /// none.</summary>
    private static async Task<string?> FindSilenceAsync(ISumClient client, CancellationToken stop)
    {
        TaskCompletionSource<string?> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionChanged += Listen;
        try
        {
            for (int attempt = 0; attempt < Attempts && !found.Task.IsCompleted; attempt++)
            {
                using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(_patience);
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
