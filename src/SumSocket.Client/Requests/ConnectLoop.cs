namespace SumSocket.Client.Requests;

/// <summary>Opens channels while a request waits for one, and holds attempts back after failures. The pause grows until a channel gives its
/// first response: a connection that is accepted and closed again at once, as by a full server, is a failure like one that is
/// refused.</summary>
internal sealed class ConnectLoop(
    CoreOptions options, RequestCore core, ChannelOpener opener, ConnectionEvents events, TimeProvider time) : IAsyncDisposable
{
    private const string Disposed = "the client was disposed";

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private bool _isRunning;
    private int _failures;                  // in a row
    private long _failedAt;
    private TimeSpan _pause;                // from then on
    private CancellationTokenSource? _pausing;
    private TaskCompletionSource<SumConnectException?>? _requested;

    /// <summary>A request needs a channel. Under the lock.</summary>
    /// <returns>False when the options say not to wait and attempts are held back.</returns>
    public bool TryWant()
    {
        if (!options.WaitForReady && !_isRunning && Remaining() > TimeSpan.Zero)
            return false;
        Run();
        return true;
    }

    /// <summary>Makes an attempt now, or joins the one under way, unless there is a channel.</summary>
    /// <returns>Why it failed, or null.</returns>
    public Task<SumConnectException?> ConnectNow()
    {
        lock (core.Lock)
        {
            core.Flow.ThrowIfClosed();
            if (core.Flow.Channel is not null)
                return Task.FromResult<SumConnectException?>(null);
            _requested ??= new TaskCompletionSource<SumConnectException?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = _pausing?.CancelAsync();
            Run();
            return _requested.Task;
        }
    }

    /// <summary>A connection was not to be had, or ended before it gave an answer. Under the lock.</summary>
    /// <returns>How long attempts are now held back.</returns>
    public TimeSpan CountFailure()
    {
        TimeSpan drawn = BackOff.Delay(++_failures, options.InitialBackOff, options.MaxBackOff, Random.Shared.NextDouble());
        _failedAt = time.GetTimestamp();
        return _pause = TimeSpan.FromMilliseconds(Math.Ceiling(drawn.TotalMilliseconds)); // timers count whole ones, and cut off the rest
    }

    /// <summary>A good answer came. Under the lock.</summary>
    public void Reset() => (_failures, _pause) = (0, TimeSpan.Zero);

    /// <summary>Ends the attempt or the pause under way; nothing is connected any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
        _requested?.SetResult(Failure(Disposed));
    }

    private TimeSpan Remaining() => _pause == TimeSpan.Zero ? TimeSpan.Zero : _pause - time.GetElapsedTime(_failedAt);

    private void Run()
    {
        if (_isRunning)
            return;
        _isRunning = true;
        Task previous = _loop; // it may still be delivering its events
        _loop = Task.Run(async () =>
        {
            await previous.ConfigureAwait(false);
            await RunAsync().ConfigureAwait(false);
        });
    }

    private async Task RunAsync()
    {
        do
        {
            await PauseAsync().ConfigureAwait(false);
            if (!IsWanted())
                return;
        }
        while (await AttemptAsync().ConfigureAwait(false));
    }

    private async Task PauseAsync()
    {
        Task pause;
        lock (core.Lock)
        {
            TimeSpan remaining = Remaining();
            if (_requested is not null || remaining <= TimeSpan.Zero)
                return;
            _pausing = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            pause = Task.Delay(remaining, time, _pausing.Token);
        }

        await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (core.Lock)
        {
            _pausing.Dispose();
            _pausing = null;
        }
    }

    /// <summary>Those who wanted the connection may have given up during the pause.</summary>
    private bool IsWanted()
    {
        lock (core.Lock)
            return _isRunning = (core.Flow.HasWaiting || _requested is not null) && !core.Flow.IsClosed;
    }

    /// <returns>True when another attempt is wanted.</returns>
    private async Task<bool> AttemptAsync()
    {
        ConnectResult connected;
        try
        {
            connected = await opener.ConnectAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            connected = new ConnectResult(null, null, Disposed, ConnectionCause.Other);
        }
        catch (Exception fault) // whatever it is, waiting requests must end and the loop must go on
        {
            connected = new ConnectResult(null, null, fault.Message, ConnectionCause.Other);
        }

        TaskCompletionSource<SumConnectException?>? requested;
        Channel? channel = null;
        CompletionList ended = default;
        bool again = false;
        lock (core.Lock)
        {
            (requested, _requested) = (_requested, null);
            if (connected.IsConnected && !core.Flow.IsClosed)
            {
                channel = core.Attach(connected);
                if (channel.Opened(_failures + 1) is { } opened)
                    events.Post(opened);
            }
            else if (!core.Flow.IsClosed)
            {
                TimeSpan pause = CountFailure();
                events.Post(new ConnectionEvent(
                    ConnectionEventKind.ConnectFailed, connected.EndPoint, connected.Reason, _failures, pause, connected.Cause));
                if (!options.WaitForReady)
                    core.Flow.EndWaiting(ref ended);
                again = core.Flow.HasWaiting;
            }

            _isRunning = again;
        }

        if (channel is null)
            connected.Close();
        events.Deliver();
        ended.Complete();
        if (channel is not null)
            core.Begin(channel);
        requested?.SetResult(channel is null ? Failure(connected.IsConnected ? Disposed : connected.Reason) : null);
        return again;
    }

    private SumConnectException Failure(string reason) => new($"{opener.Failure}: {reason}");
}
