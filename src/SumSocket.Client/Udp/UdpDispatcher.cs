using SumSocket.Protocol;

namespace SumSocket.Client.Udp;

/// <summary>
/// Where every request is until it ends: in the line, or in flight. One gate guards both, so that a request is always in exactly one of
/// them and ends exactly once; it is held for a few instructions, never over I/O, and callers are told outside it.
/// </summary>
internal sealed class UdpDispatcher : IRequestOwner, IAsyncDisposable
{
    private const int BatchSize = 64; // repeats sent between two looks at the gate

    private readonly SumUdpClientOptions _options;
    private readonly AwaitedSumPool _pool;
    private readonly CompletionNotifier _teller;
    private readonly ConnectionEvents _events;
    private readonly SumUdpCounts _counts;
    private readonly DeadlineTimer _sweeper;
    private readonly SocketOpener _opener;
    private readonly WaitQueue _waiting = new();
    private readonly InFlightTable _inFlight = new();
    private readonly IssuedIds _ids;
    private readonly ResponseMatcher _matching;
    private readonly RepeatSchedule _schedule;
    private readonly ServerReachability _presence;
    private readonly DatagramSender _sender;
    private readonly Lock _departing = new(); // around the gate and the sending, so that what comes out of order was reordered on its way
    private readonly OutgoingDatagram[] _repeats = new OutgoingDatagram[BatchSize];
    private UdpPeer? _link;
    private bool _isSweeping;

    /// <param name="options">How the client behaves.</param>
    /// <param name="events">Where events are posted.</param>
    /// <param name="counts">Where datagrams are counted.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="random">Where the first id and the jitter come from; used under the gate.</param>
    public UdpDispatcher(SumUdpClientOptions options, ConnectionEvents events, SumUdpCounts counts, TimeProvider time, Random random)
    {
        (_options, _events, _counts) = (options, events, counts);
        int atRest = Math.Max(options.MaxInFlight, 1024); // callers who wait have a request, too
        _pool = new AwaitedSumPool(atRest);
        _teller = new CompletionNotifier(Gate, events, time, atRest);
        _ids = new IssuedIds(random);
        _matching = new ResponseMatcher(_inFlight, _ids, options.UseIds);
        _presence = new ServerReachability(events);
        _sender = new DatagramSender(Gate, _inFlight, counts, options.UseIds);
        _sweeper = new DeadlineTimer(time, options.RequestTimeout, Sweep);
        _schedule = new RepeatSchedule(options, _sweeper, random);
        _opener = new SocketOpener(options, this, events, counts, time);
    }

    public Lock Gate { get; } = new();

    /// <summary>Nothing is taken on any more. Under the gate.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether anybody waits for a socket. Under the gate.</summary>
    public bool HasWaiting => !_waiting.IsEmpty;

    /// <summary>Whether there is a socket. Under the gate.</summary>
    public bool IsOpen => _link is not null;

    private bool HasRoom => _link is not null && _inFlight.Count < _options.MaxInFlight;

    /// <summary>Takes a request on.</summary>
    public AwaitedSum Submit(long a, long b, out ValueTask<SumResult> result)
    {
        AwaitedSum request;
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(SumUdpClient));
            request = _pool.Rent(this);
            result = request.Begin(a, b);
            Line(request);
        }

        SendWaiting();
        return request;
    }

    /// <summary>Takes many requests on.</summary>
    public void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer)
    {
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(SumUdpClient));
            foreach (ref readonly SumRequest asked in requests)
                Line(_teller.Rent(asked, observer));
        }

        SendWaiting();
    }

    /// <summary>The caller's token fired: an answer that still comes is late.</summary>
    public void Cancel(AwaitedSum request, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            if (request.Number == 0)
                return;
            if (request.IsWaiting)
                _waiting.Remove(request);
            else
                _inFlight.Remove(_inFlight.Find(request.Number)!);
            request.Number = 0;
        }

        request.CompleteCancelled(cancellationToken);
        SendWaiting();
    }

    /// <summary>Opens a socket, unless there is one.</summary>
    public Task<SumConnectException?> OpenAsync()
    {
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(SumUdpClient));
            return _link is not null ? Task.FromResult<SumConnectException?>(null) : _opener.Open();
        }
    }

    /// <summary>Takes a socket into service. Under the gate; <see cref="SendWaiting"/> is to follow outside it.</summary>
    public void Attach(UdpPeer link) => _link = link;

    /// <summary>Sends what waits, as far as there is room, in the order of the numbers.</summary>
    public void SendWaiting()
    {
        while (true)
        {
            UdpPeer? refused;
            lock (_departing)
            {
                OutgoingDatagram departure;
                lock (Gate)
                {
                    if (IsClosed || _waiting.IsEmpty || !HasRoom)
                        return;
                    departure = Depart(_waiting.RemoveFirst());
                }

                refused = _sender.Send(departure);
            }

            TakeRefusal(refused);
        }
    }

    /// <summary>An answer came: to a request, or to none.</summary>
    public void Answer(UdpPeer link, in Response answer)
    {
        CompletionList ended = new(_teller.Now); // before others at the gate can delay it
        bool hasNews;
        lock (Gate)
        {
            if (IsClosed)
                return;
            DatagramCounter fate = _matching.Match(answer, out PendingSum? request, out bool isReordered);
            if (request is not null)
                ended.Add(request, AnswerCheck.Check(request.A, request.B, answer, _options.VerifySums));
            _counts.Add(fate);
            if (isReordered)
                _counts.Add(DatagramCounter.Reordered);
            hasNews = _matching.IsOfTheServer(fate) && _presence.Answers(link.RemoteEndPoint);
        }

        if (hasNews)
            _events.Deliver();
        ended.Complete();
        SendWaiting();
    }

    /// <summary>
    /// Nobody listens there. Nothing ends, unless that is wanted: the server may come, or come back, before the deadlines pass.
    /// </summary>
    /// <returns>Whether there may be room for what waits.</returns>
    public bool TakeRefusal(UdpPeer? link)
    {
        if (link is null)
            return false;
        _counts.Add(DatagramCounter.Refused);
        CompletionList ended = default;
        bool hasNews;
        lock (Gate)
        {
            if (IsClosed)
                return false;
            hasNews = _presence.Refuses(link.RemoteEndPoint);
            if (_options.EndOnRefusal)
                EndAllInFlight(ref ended);
        }

        if (hasNews)
            _events.Deliver(); // first, so that whoever hears of an end knows why
        ended.CompleteInCall();
        return _options.EndOnRefusal;
    }

    /// <summary>Ends everything. Every request gets its outcome before this is awaited; then every task has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        CompletionList ended = default;
        UdpPeer? link;
        lock (Gate)
        {
            IsClosed = true;
            link = _link;
            EndAllInFlight(ref ended);
            while (!_waiting.IsEmpty)
                ended.Add(_waiting.First!, _waiting.RemoveFirst().Unanswered);
        }

        ended.CompleteInCall();
        _sweeper.Dispose();
        link?.Dispose();
        await _opener.DisposeAsync().ConfigureAwait(false);
        await _teller.ToldAsync().ConfigureAwait(false);
    }

    private void Line(PendingSum request)
    {
        request.Deadline = _sweeper.NextDeadline();
        request.Number = _ids.Issue();
        _waiting.AddLast(request);
        if (!HasRoom)
            _sweeper.Arm(request.Deadline);
        if (_link is null)
            _opener.Open();
    }

    /// <summary>Puts a request in flight; it is to be sent outside the gate.</summary>
    private OutgoingDatagram Depart(PendingSum request)
    {
        request.MaybeSent = true;
        InFlightRequest added = _inFlight.Add(request, _schedule.NextDue(request, tries: 1, _sweeper.Now));
        _sweeper.Arm(added.Due);
        return new OutgoingDatagram(_link, request.A, request.B, request.Number, IsRepeat: false);
    }

    private OutgoingDatagram DepartAgain(InFlightRequest outstanding, long now)
    {
        PendingSum request = outstanding.Request;
        request.MaybeSent = true;
        outstanding.Tries++;
        _inFlight.Reschedule(outstanding, _schedule.NextDue(request, outstanding.Tries, now));
        return new OutgoingDatagram(_link, request.A, request.B, request.Number, IsRepeat: true);
    }

    private void EndAllInFlight(ref CompletionList ended)
    {
        while (_inFlight.Earliest is { Request: var request } outstanding)
            ended.Add(_inFlight.Remove(outstanding), request.Unanswered);
    }

    /// <summary>Ends and repeats what is due. In the line all have the same time, so the first is due first.</summary>
    private void Sweep()
    {
        CompletionList ended = default;
        long now;
        lock (Gate)
        {
            now = _sweeper.Begin();
            if (IsClosed || _isSweeping)
                return; // the sweep under way arms the timer when it ends
            _isSweeping = true;
            while (_waiting.First is { } request && request.Deadline <= now)
                ended.Add(_waiting.RemoveFirst(), request.Overdue);
        }

        while (TakeDue(now, ref ended) is var count and > 0)
        {
            for (int i = 0; i < count; i++)
                TakeRefusal(_sender.Send(_repeats[i]));
        }

        ended.Complete();
        SendWaiting();
    }

    /// <summary>Takes up to a batch of what is due.</summary>
    /// <returns>How many are to be sent again; after the last of them 0, and the sweep has ended.</returns>
    private int TakeDue(long now, ref CompletionList ended)
    {
        int count = 0;
        lock (Gate)
        {
            while (count < BatchSize && _inFlight.Earliest is { Request: var request } outstanding && outstanding.Due <= now)
            {
                if (request.Deadline <= now)
                    ended.Add(_inFlight.Remove(outstanding), request.Overdue);
                else
                    _repeats[count++] = DepartAgain(outstanding, now);
            }

            _isSweeping = count > 0;
            if (!_isSweeping && !IsClosed)
                _sweeper.End(now, Math.Min(_inFlight.Earliest?.Due ?? long.MaxValue, _waiting.First?.Deadline ?? long.MaxValue));
        }

        return count;
    }
}
