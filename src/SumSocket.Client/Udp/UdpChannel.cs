namespace SumSocket.Client.Udp;

/// <summary>One UDP socket: the requests that were sent on it, their repeats, and which response belongs to which.</summary>
internal sealed class UdpChannel : Channel
{
    private const int BatchSize = 64; // repeats for each time that the lock is held

    private readonly IDatagramTransport _transport;
    private readonly SumUdpClientOptions _options;
    private readonly SumUdpCounts _counts;
    private readonly Lock _lock;
    private readonly DeadlineTimer _timer;
    private readonly Random _random;
    private readonly IssuedIds _ids;
    private readonly InFlightTable _inFlight;
    private readonly ServerReachability _server;
    private readonly Queue<long> _outgoing = new(); // numbers, in order: what comes out of order was reordered on the path
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isSending;

    /// <param name="transport">The socket, which the channel owns.</param>
    /// <param name="options">The client's options.</param>
    /// <param name="counts">Where datagrams are counted.</param>
    /// <param name="ids">The ids of the client.</param>
    /// <param name="random">Where the jitter of repeats comes from; used under the lock.</param>
    /// <param name="context">What the core shares.</param>
    public UdpChannel(
        IDatagramTransport transport, SumUdpClientOptions options, SumUdpCounts counts, IssuedIds ids, Random random,
        ChannelContext context)
    {
        (_transport, _options, _counts, _ids, _random) = (transport, options, counts, ids, random);
        (_lock, _timer) = (context.Lock, context.Timer);
        _inFlight = new InFlightTable(options.UseIds);
        _server = new ServerReachability(transport.RemoteEndPoint);
    }

    public IDatagramTransport Transport => _transport;

    public override IPEndPoint RemoteEndPoint => _transport.RemoteEndPoint;

    public override int Room => _options.MaxInFlight - _inFlight.Count;

    public override bool IsAlone => true; // a datagram has nothing to be batched with

    public override long EarliestDue => _inFlight.Earliest?.Due ?? long.MaxValue;

    public override Task Completion => _completion.Task;

    /// <summary>Opening a socket says nothing about the server; only a response does.</summary>
    public override ConnectionEvent? Opened(ConnectResult connected, int attempt) => null;

    public override void Put(PendingSum request)
    {
        _ids.Issue(request.Number);
        _inFlight.Add(request, NextDue(request, tries: 1, _timer.Now));
        _outgoing.Enqueue(request.Number);
    }

    public override void MakeRoom(ref CompletionList ended)
    {
        if (!_options.EndOldest || Room > 0 || _inFlight.Earliest is not { } oldest)
            return;
        PendingSum request = _inFlight.Remove(oldest);
        ended.Add(request, request.Overdue);
    }

    /// <summary>A response that still comes is late.</summary>
    public override void Cancel(PendingSum request) => _inFlight.Remove(_inFlight.Find(request.Number)!);

    public override MatchResult Match(ReadOnlySpan<Response> responses, bool separated, ref CompletionList ended)
    {
        ConnectionEvent? happened = null;
        foreach (ref readonly Response response in responses)
        {
            DatagramCounter kind = Match(response, ref ended, out bool isReordered);
            _counts.Add(kind);
            if (isReordered)
                _counts.Add(DatagramCounter.Reordered);
            // Without ids a late response is one of the foreign ones.
            if (kind is DatagramCounter.Answered or DatagramCounter.Late || (kind == DatagramCounter.Foreign && !_options.UseIds))
                happened = _server.Answered() ?? happened;
        }

        return new MatchResult(null, happened);
    }

    public override (DisconnectReason? End, bool HasMore) Sweep(long now, ref CompletionList ended)
    {
        int repeats = 0;
        while (repeats < BatchSize && _inFlight.Earliest is { Request: var request } due && due.Due <= now)
        {
            if (request.Deadline <= now)
            {
                ended.Add(_inFlight.Remove(due), request.Overdue);
                continue;
            }

            _inFlight.Reschedule(due, NextDue(request, due.Tries + 1, now));
            _outgoing.Enqueue(request.Number);
            repeats++;
        }

        return (null, repeats == BatchSize);
    }

    /// <summary>Nothing ends, unless the options say so: the server may start, or come back, before the deadlines pass.</summary>
    public override ConnectionEvent? Refuse(ref CompletionList ended)
    {
        _counts.Add(DatagramCounter.Refused);
        if (_options.EndOnRefusal)
            End(_inFlight.Sent(), ref ended);
        return _server.Refused();
    }

    public override bool GiveBack(long now, int mostRetries, WaitQueue queue, ref CompletionList ended)
    {
        End(_inFlight.All(), ref ended); // a socket is never replaced, so there is no next channel
        return false;
    }

    public override bool TryClaim() => !_isSending && _outgoing.Count > 0 && (_isSending = true);

    public override bool Send(bool here)
    {
        while (true)
        {
            long number;
            Request request;
            bool isRepeat;
            lock (_lock)
            {
                if (!_outgoing.TryDequeue(out number))
                    return _isSending = false;
                if (_inFlight.Find(number) is not { } next)
                    continue; // it has ended meanwhile
                isRepeat = next.Tries++ > 0;
                next.Request.MaybeSent = true;
                request = new Request(next.Request.A, next.Request.B, _options.UseIds ? number : null);
            }

            bool isSent = _transport.TrySend(request, out bool isRefused);
            _counts.Add(!isSent ? DatagramCounter.SendFailed : isRepeat ? DatagramCounter.Repeated : DatagramCounter.Sent);
            if (isSent && !isRefused)
                continue;
            lock (_lock)
            {
                if (!isSent && _inFlight.Find(number) is { } failed)
                    failed.Request.MaybeSent = ++failed.Failures < failed.Tries;
                _isSending &= !isRefused;
            }

            if (isRefused)
                return true;
        }
    }

    public override void Close() => _transport.Dispose();

    public void Complete() => _completion.SetResult();

    private DatagramCounter Match(in Response response, ref CompletionList ended, out bool isReordered)
    {
        isReordered = false;
        if (_inFlight.Match(response) is not { } matched) // rule U4
            return _options.UseIds && response.Id is { } id ? _ids.ClassifyStray(id, out isReordered) : DatagramCounter.Foreign;
        PendingSum request = _inFlight.Remove(matched);
        isReordered = _ids.MarkAnswered(request.Number);
        ended.Add(request, AnswerCheck.Check(request.A, request.B, response, _options.VerifySums));
        return DatagramCounter.Answered;
    }

    private void End(List<InFlightRequest> unanswered, ref CompletionList ended)
    {
        foreach (InFlightRequest one in unanswered)
        {
            PendingSum request = _inFlight.Remove(one);
            ended.Add(request, request.Unanswered);
        }
    }

    /// <summary>When a request that is sent now must be sent again or, if that is sooner, end.</summary>
    private long NextDue(PendingSum request, int tries, long now) => !_options.Repeat
        ? request.Deadline
        : Math.Min(request.Deadline, now + _timer.ToTimestamp(
            RepeatInterval(tries, _options.RepeatAfter, _options.MaxRepeatInterval, _random.NextDouble())));

    /// <summary>Doubles from a first interval to a longest one, and adds up to half as much, so that requests lost together are not
    /// repeated together. Unlike a back-off it is never shorter: the response needs its time.</summary>
    /// <param name="tries">How often the request was sent, from 1.</param>
    /// <param name="first">The interval after the first time, before jitter.</param>
    /// <param name="max">The longest, before jitter.</param>
    /// <param name="random">A number from 0 to 1: how much of the half is added.</param>
    internal static TimeSpan RepeatInterval(int tries, TimeSpan first, TimeSpan max, double random) =>
        BackOff.Delay(tries, first, max, random: 1) * (1 + random / 2);
}

/// <summary>Whether the server last answered, or was reported not to listen. Each change is an event, once.</summary>
internal sealed class ServerReachability(IPEndPoint remoteEndPoint)
{
    private bool? _isThere;

    /// <summary>A response to a request came, in time or late.</summary>
    public ConnectionEvent? Answered()
    {
        if (_isThere == true)
            return null;
        int attempt = _isThere == false ? 2 : 1;
        _isThere = true;
        return new ConnectionEvent(ConnectionEventKind.Connected, remoteEndPoint, string.Empty, attempt);
    }

    /// <summary>No process listens there, reports the kernel; it reports so again for every datagram until one does.</summary>
    public ConnectionEvent? Refused()
    {
        if (_isThere == false)
            return null;
        _isThere = false;
        return new ConnectionEvent(
            ConnectionEventKind.ConnectFailed, remoteEndPoint, "connection refused", 1, Cause: ConnectionCause.Refused);
    }
}
