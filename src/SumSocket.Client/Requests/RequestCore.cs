using SumSocket.Protocol;

namespace SumSocket.Client.Requests;

/// <summary>How a core behaves.</summary>
/// <param name="Client">The client's type, which exceptions name.</param>
/// <param name="RequestTimeout">How long a request may take; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
/// <param name="MaxInFlight">How many requests a channel carries at a time.</param>
/// <param name="ResendLost">Whether requests that a lost channel may have sent go to the next one.</param>
/// <param name="WaitForReady">Whether requests wait for a channel while attempts to open one are held back.</param>
/// <param name="InitialBackOff">The pause after the first failed attempt.</param>
/// <param name="MaxBackOff">The longest pause.</param>
/// <param name="FirstNumber">The number of the first request, from 1.</param>
internal sealed record CoreOptions(
    Type Client, TimeSpan RequestTimeout, int MaxInFlight, bool ResendLost, bool WaitForReady, TimeSpan InitialBackOff, TimeSpan MaxBackOff,
    long FirstNumber = 1);

/// <summary>
/// Where every request of a client is until it ends: in the queue, or in flight on a channel. It knows no socket. One lock guards both, so a
/// request is always in exactly one of them and ends exactly once. The lock is held for a few instructions, never over I/O, and callers are
/// completed outside it.
/// </summary>
internal sealed class RequestCore : IAsyncDisposable
{
    private readonly CoreOptions _options;
    private readonly ConnectionEvents _events;
    private readonly AwaitedSumPool _pool;
    private readonly CompletionNotifier _notifier;
    private readonly DeadlineTimer _timer;
    private readonly ChannelContext _context;
    private readonly ChannelOpener _opener;
    private readonly ConnectLoop _connecting;
    private readonly WaitQueue _queue = new();
    private Channel? _channel;
    private Task _closing = Task.CompletedTask; // of channels given up whose receivers have not ended
    private long _lastNumber;

    /// <param name="options">How it behaves.</param>
    /// <param name="opener">Opens its channels.</param>
    /// <param name="events">Where connection events are posted.</param>
    /// <param name="time">The clock of deadlines and pauses.</param>
    public RequestCore(CoreOptions options, ChannelOpener opener, ConnectionEvents events, TimeProvider time)
    {
        (_options, _opener, _events, _lastNumber) = (options, opener, events, options.FirstNumber - 1);
        int pooled = Math.Max(options.MaxInFlight, 1024); // queued requests have an object, too
        _pool = new AwaitedSumPool(pooled);
        _notifier = new CompletionNotifier(Lock, events, CoarseClock.ExactFor(time), pooled);
        _timer = new DeadlineTimer(time, options.RequestTimeout, Sweep);
        _context = new ChannelContext(Lock, _notifier, _timer);
        _connecting = new ConnectLoop(options, this, opener, events, time);
    }

    public Lock Lock { get; } = new();

    /// <summary>No request is accepted any more. Under the lock.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether a request waits for a channel. Under the lock.</summary>
    public bool HasWaiting => !_queue.IsEmpty;

    /// <summary>The channel in use. Under the lock.</summary>
    public Channel? Channel => _channel;

    /// <summary>The exact time now, as observers get it.</summary>
    public long Timestamp => _notifier.Now;

    /// <summary>Sends a request: all there is to a client's SumAsync.</summary>
    public ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<SumResult>(cancellationToken);
        AwaitedSum request;
        ValueTask<SumResult> result;
        CompletionList ended = default;
        Channel? sender;
        bool alone;
        lock (Lock)
        {
            ObjectDisposedException.ThrowIf(IsClosed, _options.Client);
            request = _pool.Rent(this);
            result = request.Begin(a, b);
            Place(request, _timer.NextDeadline(), ref ended); // in here, so that deadlines are in the order of the queue
            _timer.Arm(request.IsWaiting ? request.Deadline : EarliestDue);
            sender = ClaimSender();
            alone = sender?.HasOne == true;
        }

        Send(sender, here: alone);
        ended.Complete();
        if (cancellationToken.CanBeCanceled)
            request.CancelWith(cancellationToken);
        return result;
    }

    /// <summary>Sends many requests; their observer is notified on another thread of those that end at once.</summary>
    public void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer)
    {
        CompletionList ended = default;
        Channel? sender;
        lock (Lock)
        {
            ObjectDisposedException.ThrowIf(IsClosed, _options.Client);
            long deadline = _timer.NextDeadline();
            int placed = _queue.IsEmpty ? _channel?.Put(requests, observer, _lastNumber + 1, deadline) ?? 0 : 0;
            _lastNumber += placed;
            foreach (ref readonly SumRequest request in requests[placed..])
                Place(_notifier.Rent(request, observer), deadline, ref ended);
            if (!requests.IsEmpty)
                _timer.Arm(Math.Min(deadline, EarliestDue));
            sender = ClaimSender();
        }

        Send(sender, here: true);
        ended.CompleteInCall();
    }

    /// <summary>The caller's token fired. A response that still comes reaches no caller.</summary>
    public void Cancel(AwaitedSum request, CancellationToken cancellationToken)
    {
        Channel? sender;
        lock (Lock)
        {
            if (request.Number == 0)
                return;
            if (request.IsWaiting)
                _queue.Remove(request);
            else
                _channel!.Cancel(request);
            request.Number = 0;
            FillUp();
            sender = ClaimSender();
        }

        request.CompleteCancelled(cancellationToken);
        Send(sender, here: true);
    }

    /// <summary>Makes one attempt to open a channel now, unless there is one.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Task<SumConnectException?> attempt;
        lock (Lock)
        {
            ObjectDisposedException.ThrowIf(IsClosed, _options.Client);
            if (_channel is not null)
                return;
            attempt = _connecting.ConnectNow();
        }

        if (await attempt.WaitAsync(cancellationToken).ConfigureAwait(false) is { } failure)
            throw failure;
    }

    /// <summary>Makes a fresh connection the channel in use. Under the lock; <see cref="Begin"/> must follow outside it.</summary>
    public Channel Attach(ConnectResult connected) => _channel = _opener.Open(connected, _context);

    /// <summary>
    /// Sends what waits for a fresh channel, then receives: in this order, so that what a server sends at once, such as <c>busy</c>, answers a
    /// request that waited for the channel.
    /// </summary>
    public void Begin(Channel channel)
    {
        Channel? sender = null;
        lock (Lock)
        {
            if (channel == _channel)
                FillUp();
            if (channel.TryClaim())
                sender = channel;
        }

        Send(sender, here: true);
        _opener.Receive(channel, this);
    }

    /// <summary>Responses were received.</summary>
    /// <param name="channel">On which channel.</param>
    /// <param name="responses">In the order they came.</param>
    /// <param name="separated">Whether the peer was seen to put white space between messages.</param>
    /// <param name="timestamp">When they were received: <see cref="Timestamp"/>.</param>
    /// <returns>Why the channel has ended, or null.</returns>
    public DisconnectReason? Answer(Channel channel, ReadOnlySpan<Response> responses, bool separated, long timestamp)
    {
        MatchResult match;
        CompletionList ended = new(timestamp);
        Channel? sender = null;
        bool alone = false, holds = false;
        lock (Lock)
        {
            if (channel != _channel)
                return DisconnectReason.NoAnswer; // given up already, for a reason that was reported then
            match = channel.Match(responses, separated, ref ended);
            if (channel.HasAnswered)
                _connecting.Reset();
            if (match.Event is { } happened)
                _events.Post(happened);
            if (match.End is null)
            {
                FillUp();
                holds = ended.HasObserved && channel.TryHold();
                sender = ClaimSender();
                alone = channel.HasOne;
            }
            else
            {
                Detach(channel, match.End, _timer.Now, ref ended);
            }
        }

        Send(sender, here: alone);
        if (match.End is not null || match.Event is not null)
            _events.Deliver(); // first, since observers want to know why
        ended.Complete();
        if (holds)
            Send(channel, here: true); // what was queued, and what observers have submitted meanwhile
        return match.End;
    }

    /// <summary>A channel has ended by itself.</summary>
    public void End(Channel channel, DisconnectReason reason)
    {
        CompletionList ended = default;
        lock (Lock)
        {
            if (channel != _channel)
                return;
            Detach(channel, reason, _timer.Now, ref ended);
        }

        _events.Deliver();
        ended.Complete();
    }

    /// <summary>The kernel reported that no process listens at the peer's port.</summary>
    public void Refuse(Channel channel)
    {
        if (TryRefuse(channel))
            Send(channel, here: true);
    }

    /// <summary>Ends the requests that wait for a channel. Under the lock.</summary>
    public void EndWaiting(ref CompletionList ended)
    {
        while (!_queue.IsEmpty)
        {
            PendingSum request = _queue.RemoveFirst();
            ended.Add(request, request.Unanswered);
        }
    }

    /// <summary>Ends everything. Every request gets its outcome before this is awaited; then every task has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        CompletionList ended = default;
        Channel? channel;
        Task closing;
        lock (Lock)
        {
            IsClosed = true;
            channel = _channel;
            channel?.GiveBack(_timer.Now, resend: false, _queue, ref ended);
            _channel = null;
            closing = Task.WhenAll(_closing, channel?.Completion ?? Task.CompletedTask);
            EndWaiting(ref ended);
        }

        ended.CompleteInCall();
        _timer.Dispose();
        channel?.Close();
        await _connecting.DisposeAsync().ConfigureAwait(false);
        await closing.ConfigureAwait(false);
        await _notifier.NotifiedAsync().ConfigureAwait(false);
    }

    private long EarliestDue => _channel?.EarliestDue ?? long.MaxValue;

    /// <summary>Puts requests from the queue in flight, as far as there is room.</summary>
    private void FillUp()
    {
        if (_queue.IsEmpty || _channel is not { } channel)
            return;
        while (!_queue.IsEmpty && channel.Room > 0)
            channel.Put(_queue.RemoveFirst());
        _timer.Arm(channel.EarliestDue);
    }

    private Channel? ClaimSender() => _channel?.TryClaim() == true ? _channel : null;

    private void Send(Channel? channel, bool here)
    {
        while (channel?.Send(here) == true && TryRefuse(channel))
            here = true;
    }

    /// <returns>Whether the caller must send on it now.</returns>
    private bool TryRefuse(Channel channel)
    {
        CompletionList ended = default;
        bool claimed;
        lock (Lock)
        {
            if (channel != _channel)
                return false;
            if (channel.Refuse(ref ended) is { } happened)
                _events.Post(happened);
            FillUp();
            claimed = channel.TryClaim();
        }

        _events.Deliver(); // first, since callers want to know why
        ended.CompleteInCall();
        return claimed;
    }

    /// <summary>Puts a request in flight or in the queue, or ends it where neither is possible.</summary>
    private void Place(PendingSum request, long deadline, ref CompletionList ended)
    {
        request.Number = ++_lastNumber;
        request.Deadline = deadline;
        if (_channel is { Room: > 0 } channel && _queue.IsEmpty)
            channel.Put(request);
        else if (_channel is not null || _connecting.TryWant())
            _queue.AddLast(request);
        else
            ended.Add(request, new SumResult(SumOutcome.NotSent));
    }

    /// <summary>Gives the channel up. Requests on it that may not wait for the next one end.</summary>
    private void Detach(Channel channel, DisconnectReason reason, long now, ref CompletionList ended)
    {
        _channel = null;
        _closing = _closing.IsCompleted ? channel.Completion : Task.WhenAll(_closing, channel.Completion);
        TimeSpan retryIn = channel.HasAnswered ? TimeSpan.Zero : _connecting.CountFailure();
        _events.Post(new ConnectionEvent(ConnectionEventKind.Lost, channel.RemoteEndPoint, reason.Reason, 0, retryIn, reason.Cause));
        channel.GiveBack(now, _options.ResendLost && !reason.IsViolation, _queue, ref ended);
        if (HasWaiting && !_connecting.TryWant())
            EndWaiting(ref ended);
    }

    /// <summary>All requests have the same time-out, so the head of the queue is due first.</summary>
    private void Sweep()
    {
        bool hasMore;
        do
        {
            CompletionList ended = default;
            Channel? overdue = null, sender;
            lock (Lock)
            {
                if (IsClosed)
                    return;
                long now = _timer.Begin();
                (DisconnectReason? end, hasMore) = _channel?.Sweep(now, ref ended) ?? (null, false);
                if (end is not null)
                {
                    overdue = _channel;
                    Detach(_channel!, end, now, ref ended);
                }

                while (_queue.First is { } request && request.Deadline <= now)
                    ended.Add(_queue.RemoveFirst(), request.Overdue);
                FillUp();
                sender = ClaimSender();
                _timer.End(now, Math.Min(EarliestDue, _queue.First?.Deadline ?? long.MaxValue));
            }

            Send(sender, here: true);
            overdue?.Close();
            _events.Deliver();
            ended.Complete();
        }
        while (hasMore);
    }
}
