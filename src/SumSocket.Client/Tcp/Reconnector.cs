using SumSocket.Sockets;

namespace SumSocket.Client.Tcp;

/// <summary>
/// Makes connections while somebody wants one, and holds attempts back after failures. The pause grows until a connection gives its first
/// good answer: one that is accepted and cut again at once, as a full server does, is a failure like one that is refused.
/// </summary>
internal sealed class Reconnector(SumTcpClientOptions options, TcpDispatcher dispatcher, ConnectionEvents events, TimeProvider time)
    : IAsyncDisposable
{
    private const string Disposed = "the client was disposed";

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private bool _isRunning;
    private int _failures;                  // in a row
    private long _failedAt;
    private TimeSpan _pause;                // from then on
    private CancellationTokenSource? _pausing;
    private TaskCompletionSource<SumConnectException?>? _asked;

    /// <summary>Somebody needs a connection. Under the gate.</summary>
    /// <returns>False when the options say not to wait and attempts are held back.</returns>
    public bool TryWant()
    {
        if (!options.WaitForReady && !_isRunning && Remaining() > TimeSpan.Zero)
            return false;
        Run();
        return true;
    }

    /// <summary>Makes an attempt now, or joins the one under way. Under the gate.</summary>
    /// <returns>Why it failed, or null.</returns>
    public Task<SumConnectException?> DialNow()
    {
        _asked ??= new TaskCompletionSource<SumConnectException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = _pausing?.CancelAsync();
        Run();
        return _asked.Task;
    }

    /// <summary>A connection was not to be had, or ended before it gave an answer. Under the gate.</summary>
    /// <returns>How long attempts are now held back.</returns>
    public TimeSpan CountFailure()
    {
        TimeSpan drawn = BackOff.Delay(++_failures, options.InitialBackOff, options.MaxBackOff, Random.Shared.NextDouble());
        _failedAt = time.GetTimestamp();
        return _pause = TimeSpan.FromMilliseconds(Math.Ceiling(drawn.TotalMilliseconds)); // timers count whole ones, and cut off the rest
    }

    /// <summary>A good answer came. Under the gate.</summary>
    public void Reset() => (_failures, _pause) = (0, TimeSpan.Zero);

    /// <summary>Ends the attempt or the pause under way; nothing is dialled any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
        _asked?.SetResult(Failure(Disposed));
    }

    private TimeSpan Remaining() => _pause == TimeSpan.Zero ? TimeSpan.Zero : _pause - time.GetElapsedTime(_failedAt);

    private void Run()
    {
        if (_isRunning)
            return;
        _isRunning = true;
        Task previous = _loop; // it may still be telling what it did
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
        lock (dispatcher.Gate)
        {
            TimeSpan remaining = Remaining();
            if (_asked is not null || remaining <= TimeSpan.Zero)
                return;
            _pausing = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            pause = Task.Delay(remaining, time, _pausing.Token);
        }

        await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (dispatcher.Gate)
        {
            _pausing.Dispose();
            _pausing = null;
        }
    }

    /// <summary>Those who wanted the connection may have given up during the pause.</summary>
    private bool IsWanted()
    {
        lock (dispatcher.Gate)
            return _isRunning = (dispatcher.HasWaiting || _asked is not null) && !dispatcher.IsClosed;
    }

    /// <returns>True when another attempt is wanted.</returns>
    private async Task<bool> AttemptAsync()
    {
        ConnectResult dialled;
        try
        {
            dialled = await Connector.DialAsync(options, time, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            dialled = new ConnectResult(null, null, Disposed, ConnectionCause.Other);
        }
        catch (Exception fault)
        {
            dialled = new ConnectResult(null, null, fault.Message, ConnectionCause.Other); // whatever it is, those who wait must hear of it, and the loop must go on
        }

        TaskCompletionSource<SumConnectException?>? asked;
        SumConnection? connection = null;
        CompletionList ended = default;
        bool again = false;
        lock (dispatcher.Gate)
        {
            (asked, _asked) = (_asked, null);
            if (dialled.Socket is not null && !dispatcher.IsClosed)
            {
                connection = dispatcher.Attach(dialled.Socket, dialled.EndPoint!);
                events.Post(new ConnectionEvent(ConnectionEventKind.Connected, dialled.EndPoint, string.Empty, _failures + 1));
            }
            else if (!dispatcher.IsClosed)
            {
                TimeSpan pause = CountFailure();
                events.Post(
                    new ConnectionEvent(ConnectionEventKind.ConnectFailed, dialled.EndPoint, dialled.Reason, _failures, pause, dialled.Cause));
                if (!options.WaitForReady)
                    dispatcher.EndWaiting(ref ended);
                again = dispatcher.HasWaiting;
            }

            _isRunning = again;
        }

        if (connection is null)
            dialled.Socket?.Dispose();
        events.Deliver();
        ended.Complete();
        if (connection is not null)
            dispatcher.Begin(connection);
        asked?.SetResult(connection is null ? Failure(dialled.Socket is null ? dialled.Reason : Disposed) : null);
        return again;
    }

    private SumConnectException Failure(string reason) =>
        new($"cannot connect to {HostAndPort.Format(options.Host, options.Port)}: {reason}");
}
