namespace SumSocket.Server.Tcp;

/// <summary>Accepts on one listening socket until it is stopped, whatever fails: an error of accept concerns one connection or passes,
/// and a server that stops accepting looks healthy from outside.</summary>
internal sealed class TcpAcceptor(Socket listener, bool isShared, Action<Socket> accepted, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestEmptying = TimeSpan.FromMilliseconds(100);

    /// <summary>After so many accepts without a wait the loop yields its thread to the connections.</summary>
    private const int Burst = 64;

    /// <summary>What is kept free for the runtime.</summary>
    internal DescriptorReserve Reserve { get; } = new();

    /// <summary>Takes the next connection; a test may have it fail.</summary>
    internal Func<CancellationToken, ValueTask<Socket>> Accept { get; init; } = listener.AcceptAsync;

    /// <summary>Accepts until <paramref name="stopping"/>, then takes what the kernel has completed and closes the listener.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using (listener)
        {
            using (Reserve)
                await AcceptUntilAsync(stopping).ConfigureAwait(false);
            if (!isShared) // else another process keeps it open, and what waits in it waits for the next server
                Empty();
        }
    }

    private async Task AcceptUntilAsync(CancellationToken stopping)
    {
        int failures = 0;
        int burst = 0;
        Reserve.TryFill();
        long lastWarning = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (failures > 0 && !Reserve.TryFill())
                    throw new SocketException((int)SocketError.TooManyOpenSockets);
                ValueTask<Socket> accept = Accept(stopping);
                burst = accept.IsCompleted ? burst + 1 : 0;
                Socket socket = await accept.ConfigureAwait(false);
                if (failures > 0)
                    SumTcpServerLog.AcceptingAgain(log, failures, Counted.Noun(failures, "failure"));
                failures = 0;
                bool isShort = Reserve.IsShortAfter(socket); // before it is handed over, and perhaps closed
                accepted(socket);
                if (isShort)
                    throw new SocketException((int)SocketError.TooManyOpenSockets); // before accept fails for it
                if (burst == Burst)
                {
                    burst = 0;
                    await Task.Yield();
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, accept leaves the connection in the queue: to try again at once would spin. Meanwhile the runtime
                // gets what it may need to serve those who are there.
                if (SocketErrors.IsResourceShortage(e.SocketErrorCode))
                    Reserve.Release();
                TimeSpan pause = PauseAfter(++failures);
                long now = time.GetTimestamp();
                if (failures == 1 || time.GetElapsedTime(lastWarning, now) >= _longestPause)
                {
                    lastWarning = now;
                    SumTcpServerLog.AcceptFailed(
                        log, failures, Counted.Noun(failures, "time"), SocketErrors.Describe(e.SocketErrorCode), new Spelled(pause));
                }

                await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Closing a listener resets the connections in its queue, so they are taken first.</summary>
    private void Empty()
    {
        long start = time.GetTimestamp();
        listener.Blocking = false;
        while (listener.Poll(0, SelectMode.SelectRead) && time.GetElapsedTime(start) < _longestEmptying)
        {
            try
            {
                accepted(listener.Accept());
            }
            catch (SocketException e)
            {
                SumTcpServerLog.AcceptFailed(
                    log, 1, "time", SocketErrors.Describe(e.SocketErrorCode), new Spelled(TimeSpan.Zero));
                if (SocketErrors.IsResourceShortage(e.SocketErrorCode))
                    return; // the connection stays in the queue; any other error has used one up
            }
        }
    }

    /// <summary>5 ms after the first failure in a row, doubling up to a second.</summary>
    private static TimeSpan PauseAfter(int failures)
    {
        double doubled = _firstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 16));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, _longestPause.TotalMilliseconds));
    }
}
