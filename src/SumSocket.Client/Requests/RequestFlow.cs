namespace SumSocket.Client.Requests;

/// <summary>Where each request of a core is: in the queue, or in flight on the channel. All of it under the core's lock.</summary>
internal sealed class RequestFlow(DeadlineTimer timer, CoreOptions options)
{
    // Servers that are restarted one after the other end a request's connection once each.
    private const int MostRetriesEnded = 4;

    private readonly WaitQueue _queue = new();
    private long _lastNumber = options.FirstNumber - 1;

    public Channel? Channel { get; set; }

    /// <summary>The client is disposed: no request is accepted any more.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Whether a request waits for a channel.</summary>
    public bool HasWaiting => !_queue.IsEmpty;

    /// <summary>When something on the channel is next due.</summary>
    public long EarliestDue => Channel?.EarliestDue ?? long.MaxValue;

    /// <summary>When something is next due anywhere. All requests have the same time-out, so the first of the queue is due first.</summary>
    public long NextDue => Math.Min(EarliestDue, _queue.First?.Deadline ?? long.MaxValue);

    /// <summary>Numbers a request and puts it in flight, if that is possible now.</summary>
    public bool TryPut(PendingSum request, long deadline, ref CompletionList ended)
    {
        Channel?.MakeRoom(ref ended);
        (request.Number, request.Deadline) = (++_lastNumber, deadline);
        if (!_queue.IsEmpty || Channel is not { Room: > 0 } channel)
            return false;
        channel.Put(request);
        return true;
    }

    /// <summary>Puts as many in flight as is possible without an object for each.</summary>
    /// <returns>How many.</returns>
    public int Put(ReadOnlySpan<SumRequest> requests, ISumObserver observer, long deadline)
    {
        if (!_queue.IsEmpty || Channel is not { } channel)
            return 0;
        int count = channel.Put(requests, observer, _lastNumber + 1, deadline);
        _lastNumber += count;
        return count;
    }

    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(IsClosed, options.Client);

    public void Enqueue(PendingSum request) => _queue.AddLast(request);

    public void Remove(PendingSum request)
    {
        if (request.IsWaiting)
            _queue.Remove(request);
        else
            Channel!.Cancel(request);
        request.Number = 0;
    }

    /// <summary>Puts requests from the queue in flight, as far as there is room.</summary>
    public void FillUp()
    {
        if (_queue.IsEmpty || Channel is not { } channel)
            return;
        while (!_queue.IsEmpty && channel.Room > 0)
            channel.Put(_queue.RemoveFirst());
        timer.Arm(channel.EarliestDue);
    }

    /// <summary>The channel is given up: requests in flight end, or go back to the front of the queue.</summary>
    /// <param name="now">What deadlines are compared with.</param>
    /// <param name="reason">Why; null when the client is disposed.</param>
    /// <param name="ended">Takes those that end.</param>
    /// <returns>Whether the peer ended it in order and requests are retried, which may wait for the next channel.</returns>
    public bool GiveBack(long now, DisconnectReason? reason, ref CompletionList ended)
    {
        Channel? channel = Channel;
        Channel = null;
        bool isRetried = channel?.GiveBack(now, MostRetries(reason), _queue, ref ended) == true;
        return isRetried && reason!.IsInOrderByPeer;
    }

    /// <summary>How many retries a request may have had and still get another one after such an end.</summary>
    private int MostRetries(DisconnectReason? reason)
    {
        if (reason is null or { IsViolation: true })
            return 0;
        if (options.ResendLost)
            return int.MaxValue;
        return options.RetryEnded && reason.IsInOrderByPeer ? MostRetriesEnded : 0;
    }

    /// <summary>Ends the queued requests whose deadline has passed.</summary>
    public void EndOverdue(long now, ref CompletionList ended)
    {
        while (_queue.First is { } request && request.Deadline <= now)
            ended.Add(_queue.RemoveFirst(), request.Overdue);
    }

    public void EndWaiting(ref CompletionList ended)
    {
        while (!_queue.IsEmpty)
        {
            PendingSum request = _queue.RemoveFirst();
            ended.Add(request, request.Unanswered);
        }
    }

    /// <summary>The channel, when the caller is now its one sender: see <see cref="Requests.Channel.TryClaim"/>.</summary>
    public Channel? ClaimSender() => Channel?.TryClaim() == true ? Channel : null;
}
