using SumSocket.Sockets;

namespace SumSocket.Client.Udp;

/// <summary>
/// Opens the one socket of a client when it is first needed, and tries again with growing pauses while somebody waits: a name that cannot
/// be resolved today can be tomorrow. Once there is a socket it stays.
/// </summary>
internal sealed class SocketOpener(
    SumUdpClientOptions options, UdpDispatcher exchange, ConnectionEvents events, SumUdpCounts counts, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource<SumConnectException?> _attempt = NewAttempt();
    private Task _loop = Task.CompletedTask;
    private Task _receiving = Task.CompletedTask;
    private bool _isRunning;
    private bool _isAsked; // since the last attempt

    /// <summary>Somebody needs the socket. Under the gate.</summary>
    /// <returns>Why the attempt under way, or else the next one, failed; or null.</returns>
    public Task<SumConnectException?> Open()
    {
        _isAsked = true;
        if (!_isRunning)
        {
            _isRunning = true;
            Task previous = _loop; // it may still be telling what it did
            _loop = Task.Run(() => RunAsync(previous));
        }

        return _attempt.Task;
    }

    /// <summary>Ends the attempt or the pause under way, and waits for the receive loop, whose socket must be closed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _stop.Dispose();
        _attempt.TrySetResult(Failure("the client was disposed"));
    }

    private static TaskCompletionSource<SumConnectException?> NewAttempt() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync(Task previous)
    {
        await previous.ConfigureAwait(false);
        for (int attempt = 1; await TryAsync(attempt).ConfigureAwait(false) is { } pause; attempt++)
        {
            await Task.Delay(pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (exchange.Gate)
            {
                _isRunning = (_isAsked || exchange.HasWaiting) && !exchange.IsClosed;
                if (!_isRunning)
                    return; // those who wanted it have given up
            }
        }
    }

    /// <returns>How long to wait before the next attempt; null when none is needed.</returns>
    private async Task<TimeSpan?> TryAsync(int attempt)
    {
        UdpConnectResult opened;
        try
        {
            opened = await UdpConnectResult.TryAsync(options, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            opened = new UdpConnectResult(null, null, fault.Message, ConnectionCause.Other); // whatever it is, those who wait must hear of it, and the loop must go on
        }

        TaskCompletionSource<SumConnectException?> told;
        TimeSpan? pause = null;
        lock (exchange.Gate)
        {
            if (exchange.IsClosed)
            {
                opened.Socket?.Dispose();
                return null;
            }

            (told, _attempt, _isAsked) = (_attempt, NewAttempt(), false);
            if (opened.Socket is { } socket)
            {
                var link = new UdpPeer(socket, opened.EndPoint!, exchange, counts);
                exchange.Attach(link);
                _receiving = Task.Run(link.ReceiveAsync);
            }
            else
            {
                TimeSpan drawn = BackOff.Delay(attempt, _firstPause, _longestPause, Random.Shared.NextDouble());
                pause = TimeSpan.FromMilliseconds(Math.Ceiling(drawn.TotalMilliseconds)); // timers count whole ones, and cut off the rest
                events.Post(
                    new ConnectionEvent(ConnectionEventKind.ConnectFailed, opened.EndPoint, opened.Reason, attempt, pause.Value, opened.Cause));
            }
        }

        events.Deliver();
        exchange.SendWaiting();
        told.SetResult(pause is null ? null : Failure(opened.Reason));
        return pause;
    }

    private SumConnectException Failure(string reason) =>
        new($"cannot send to {HostAndPort.Format(options.Host, options.Port)}: {reason}");
}
