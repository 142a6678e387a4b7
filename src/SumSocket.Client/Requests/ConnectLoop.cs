namespace SumSocket.Client.Requests;

/// <summary>Opens channels while a request waits for one, and holds attempts back after failures. The pause grows until a channel gives its
/// first response: a connection that is accepted and closed again at once, as by a full server, is a failure like one that is
/// refused. An attempt starts on the thread that sees the need, so that a connection after another takes no further thread.</summary>
internal sealed class ConnectLoop(
    CoreOptions options, RequestCore core, ChannelOpener opener, ConnectionEvents events, TimeProvider time) : IAsyncDisposable
{
    private const string Disposed = "the client was disposed";

    private readonly CancellationTokenSource _stop = new();
    private bool _isRunning;
    private bool _isDue;                    // it must be started
    private int _active;                    // runs that have not delivered all their events
    private TaskCompletionSource? _inactive;
    private int _failures;                  // in a row
    private long _failedAt;
    private TimeSpan _pause;                // from then on
    private CancellationTokenSource? _pausing;
    private TaskCompletionSource<SumConnectException?>? _requested;

    /// <summary>A request needs a channel. Under the lock.</summary>
    /// <param name="mayWait">It may wait whatever the options say, and with it those that come meanwhile: a retried one.</param>
    /// <returns>False when the options say not to wait and attempts are held back.</returns>
    public bool TryWant(bool mayWait = false)
    {
        if (!mayWait && !options.WaitForReady && !_isRunning && Remaining() > TimeSpan.Zero)
            return false;
        Run();
        return true;
    }

    /// <summary>Makes an attempt now, or joins the one under way, unless there is a channel.</summary>
    /// <returns>Why it failed, or null.</returns>
    public Task<SumConnectException?> ConnectNow()
    {
        Task<SumConnectException?> requested;
        lock (core.Lock)
        {
            core.Flow.ThrowIfClosed();
            if (core.Flow.Channel is not null)
                return Task.FromResult<SumConnectException?>(null);
            _requested ??= new TaskCompletionSource<SumConnectException?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = _pausing?.CancelAsync();
            Run();
            requested = _requested.Task;
        }

        Start();
        return requested;
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

    /// <summary>Starts what was wanted under the lock. Outside it, also in a caller's own call, since nothing is reported here.</summary>
    public void Start()
    {
        if (Volatile.Read(ref _isDue) && Interlocked.Exchange(ref _isDue, false))
            StartHere();
    }

    /// <summary>Ends the attempt or the pause under way; nothing is connected any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await InactiveAsync().ConfigureAwait(false);
        _stop.Dispose();
        _requested?.SetResult(Failure(Disposed));
    }

    private TimeSpan Remaining() => _pause == TimeSpan.Zero ? TimeSpan.Zero : _pause - time.GetElapsedTime(_failedAt);

    private void Run()
    {
        if (_isRunning)
            return;
        _isRunning = true;
        _active++;
        Volatile.Write(ref _isDue, true);
    }

    private void StartHere()
    {
        bool flows = !ExecutionContext.IsFlowSuppressed();
        if (flows)
            ExecutionContext.SuppressFlow(); // what comes of it is no business of the caller's context
        try
        {
            _ = RunAsync();
        }
        finally
        {
            if (flows)
                ExecutionContext.RestoreFlow();
        }
    }

    /// <summary>Never throws.</summary>
    private async Task RunAsync()
    {
        Channel? made;
        bool again;
        do
        {
            await PauseAsync().ConfigureAwait(false);
            (made, again) = IsWanted() ? await AttemptAsync().ConfigureAwait(false) : default;
        }
        while (again);
        lock (core.Lock)
        {
            if (--_active == 0)
                _inactive?.TrySetResult();
        }

        if (made is not null)
            core.Begin(made); // last, since what is received may be handled here
    }

    private Task InactiveAsync()
    {
        lock (core.Lock)
        {
            _inactive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_active == 0)
                _inactive.SetResult();
            return _inactive.Task;
        }
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

    /// <returns>The channel, if there is one now, and whether another attempt is wanted.</returns>
    private async Task<(Channel? Made, bool Again)> AttemptAsync()
    {
        ConnectResult connected;
        try
        {
            // An attempt that is over at once is reported on another thread: this one may be in a caller's call.
            connected = await opener.ConnectAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
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
                if (channel.Opened(connected, _failures + 1) is { } opened)
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
        requested?.SetResult(channel is null ? Failure(connected.IsConnected ? Disposed : connected.Reason) : null);
        return (channel, again);
    }

    private SumConnectException Failure(string reason) => new($"{opener.Failure}: {reason}");
}
