namespace SumSocket.Client.Requests;

/// <summary>Where every request of a client is until it ends: in the queue, or in flight on a channel. It knows no socket. One lock guards
/// both, so a request is always in exactly one of them and ends exactly once. The lock is held for a few instructions, never over I/O, and
/// callers are completed outside it.</summary>
internal sealed class RequestCore : IAsyncDisposable
{
    private readonly ConnectionEvents _events;
    private readonly AwaitedSumPool _pool;
    private readonly CompletionNotifier _notifier;
    private readonly TimeProvider _exactTime;
    private readonly DeadlineTimer _timer;
    private readonly ChannelContext _context;
    private readonly ChannelOpener _opener;
    private readonly ConnectLoop _connecting;
    private Task _closing = Task.CompletedTask; // of channels given up whose receivers have not ended

    public RequestCore(CoreOptions options, ChannelOpener opener, ConnectionEvents events, TimeProvider time)
    {
        (_opener, _events) = (opener, events);
        int pooled = Math.Max(options.MaxInFlight, 1024); // queued requests have an object, too
        _pool = new AwaitedSumPool(pooled);
        _exactTime = CoarseClock.ExactFor(time);
        _notifier = new CompletionNotifier(Lock, events, _exactTime, pooled);
        _timer = new DeadlineTimer(time, options.RequestTimeout, Sweep);
        Flow = new RequestFlow(_timer, options);
        _context = new ChannelContext(Lock, _notifier, _timer);
        _connecting = new ConnectLoop(options, this, opener, events, time);
    }

    public Lock Lock { get; } = new();

    /// <summary>Where the requests are. Under the lock.</summary>
    public RequestFlow Flow { get; }

    public long Timestamp => _exactTime.GetTimestamp();

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
            Flow.ThrowIfClosed();
            request = _pool.Rent(this);
            result = request.Begin(a, b);
            Place(request, _timer.NextDeadline(), ref ended); // in here, so that deadlines are in the order of the queue
            _timer.Arm(request.IsWaiting ? request.Deadline : Flow.EarliestDue);
            sender = Flow.ClaimSender();
            alone = sender?.IsAlone == true;
        }

        Send(sender, here: alone);
        _connecting.Start();
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
            Flow.ThrowIfClosed();
            long deadline = _timer.NextDeadline();
            int placed = Flow.Put(requests, observer, deadline);
            foreach (ref readonly SumRequest request in requests[placed..])
                Place(_notifier.Rent(request, observer), deadline, ref ended);
            if (!requests.IsEmpty)
                _timer.Arm(Math.Min(deadline, Flow.EarliestDue));
            sender = Flow.ClaimSender();
        }

        Send(sender, here: true);
        _connecting.Start();
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
            Flow.Remove(request);
            Flow.FillUp();
            sender = Flow.ClaimSender();
        }

        request.CompleteCancelled(cancellationToken);
        Send(sender, here: true);
    }

    /// <summary>Makes one attempt to open a channel now, unless there is one.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (await _connecting.ConnectNow().WaitAsync(cancellationToken).ConfigureAwait(false) is { } failure)
            throw failure;
    }

    /// <summary>Makes a fresh connection the channel in use. Under the lock; <see cref="Begin"/> must follow outside it.</summary>
    public Channel Attach(ConnectResult connected) => Flow.Channel = _opener.Open(connected, _context);

    /// <summary>Sends what waits for a fresh channel, then receives, both here: in this order, so that what a server sends at once, such as
    /// <c>busy</c>, answers a request that waited for the channel.</summary>
    public void Begin(Channel channel)
    {
        Channel? sender = null;
        lock (Lock)
        {
            if (channel == Flow.Channel)
                Flow.FillUp();
            if (channel.TryClaim())
                sender = channel;
        }

        Send(sender, here: true);
        _opener.Receive(channel, this);
    }

    /// <summary>Responses were received.</summary>
    /// <returns>Why the channel has ended, or null.</returns>
    public DisconnectReason? Answer(Channel channel, ReadOnlySpan<Response> responses, bool separated, long timestamp)
    {
        MatchResult match;
        CompletionList ended = new(timestamp);
        Channel? sender = null;
        bool alone = false, holds = false;
        lock (Lock)
        {
            if (channel != Flow.Channel)
                return DisconnectReason.NoAnswer; // given up already, for a reason that was reported then
            bool hadAnswered = channel.HasAnswered;
            match = channel.Match(responses, separated, ref ended);
            if (!hadAnswered && channel.HasAnswered)
                _connecting.Reset();
            if (match.Event is { } happened)
                _events.Post(happened);
            if (match.End is null)
            {
                Flow.FillUp();
                holds = ended.HasObserved && channel.TryHold();
                sender = Flow.ClaimSender();
                alone = channel.IsAlone;
            }
            else
                Detach(channel, match.End, _timer.Now, ref ended);
        }

        Send(sender, here: alone);
        if (match.End is not null || match.Event is not null)
            _events.Deliver(); // first, since observers want to know why
        ended.Complete();
        if (holds)
            Send(channel, here: true); // what was queued, and what observers have submitted meanwhile
        _connecting.Start();
        return match.End;
    }

    /// <summary>A channel has ended by itself.</summary>
    public void End(Channel channel, DisconnectReason reason)
    {
        CompletionList ended = default;
        lock (Lock)
        {
            if (channel != Flow.Channel)
                return;
            Detach(channel, reason, _timer.Now, ref ended);
        }

        _events.Deliver();
        ended.Complete();
        _connecting.Start();
    }

    /// <summary>Ends everything. Every request gets its outcome before this is awaited; then every task has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        CompletionList ended = default;
        Channel? channel;
        Task closing;
        lock (Lock)
        {
            Flow.IsClosed = true;
            channel = Flow.Channel;
            Flow.GiveBack(_timer.Now, reason: null, ref ended);
            closing = Task.WhenAll(_closing, channel?.Completion ?? Task.CompletedTask);
            Flow.EndWaiting(ref ended);
        }

        ended.CompleteInCall();
        _timer.Dispose();
        channel?.Close();
        await _connecting.DisposeAsync().ConfigureAwait(false);
        await closing.ConfigureAwait(false);
        await _notifier.NotifiedAsync().ConfigureAwait(false);
    }

    private void Send(Channel? channel, bool here)
    {
        while (channel?.Send(here) == true && TryRefuse(channel))
            here = true;
    }

    /// <summary>The kernel reported that no process listens at the peer's port.</summary>
    public void Refuse(Channel channel)
    {
        if (TryRefuse(channel))
            Send(channel, here: true);
    }

    /// <returns>Whether the caller must send on it now.</returns>
    private bool TryRefuse(Channel channel)
    {
        CompletionList ended = default;
        bool claimed;
        lock (Lock)
        {
            if (channel != Flow.Channel)
                return false;
            if (channel.Refuse(ref ended) is { } happened)
                _events.Post(happened);
            Flow.FillUp();
            claimed = channel.TryClaim();
        }

        _events.Deliver(); // first, since callers want to know why
        ended.CompleteInCall();
        return claimed;
    }

    /// <summary>Puts a request in flight or in the queue, or ends it where neither is possible.</summary>
    private void Place(PendingSum request, long deadline, ref CompletionList ended)
    {
        if (Flow.TryPut(request, deadline, ref ended))
            return;
        if (Flow.Channel is not null || _connecting.TryWant())
            Flow.Enqueue(request);
        else
            ended.Add(request, new SumResult(SumOutcome.NotSent));
    }

    /// <summary>Gives the channel up. Requests on it that may not wait for the next one end.</summary>
    private void Detach(Channel channel, DisconnectReason reason, long now, ref CompletionList ended)
    {
        channel.Note(reason);
        _closing = _closing.IsCompleted ? channel.Completion : Task.WhenAll(_closing, channel.Completion);
        TimeSpan retryIn = channel.HasAnswered ? TimeSpan.Zero : _connecting.CountFailure();
        _events.Post(channel.Ended(reason, retryIn));
        bool mayWait = Flow.GiveBack(now, reason, ref ended);
        if (Flow.HasWaiting && !_connecting.TryWant(mayWait))
            Flow.EndWaiting(ref ended);
    }

    private void Sweep()
    {
        bool hasMore;
        do
        {
            CompletionList ended = default;
            Channel? overdue = null, sender;
            lock (Lock)
            {
                if (Flow.IsClosed)
                    return;
                long now = _timer.Begin();
                (DisconnectReason? end, hasMore) = Flow.Channel?.Sweep(now, ref ended) ?? (null, false);
                if (end is not null)
                {
                    overdue = Flow.Channel;
                    Detach(overdue!, end, now, ref ended);
                }

                Flow.EndOverdue(now, ref ended);
                Flow.FillUp();
                sender = Flow.ClaimSender();
                _timer.End(now, Flow.NextDue);
            }

            Send(sender, here: true);
            overdue?.Close();
            _events.Deliver();
            ended.Complete();
            _connecting.Start();
        }
        while (hasMore);
    }
}
