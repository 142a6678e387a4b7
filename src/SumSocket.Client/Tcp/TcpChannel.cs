using System.Buffers;

namespace SumSocket.Client.Tcp;

/// <summary>One TCP connection: the requests on it, which of them may have been sent, and which response belongs to which.</summary>
internal sealed class TcpChannel : Channel
{
    private readonly InFlightQueue _inFlight = new();
    private readonly int _maxInFlight;
    private readonly bool _verifySums;
    private readonly CompletionNotifier _notifier;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _opened;
    private long _lastHeard;
    private long _left; // requests that it may still carry
    private long _answers;

    /// <param name="transport">The connection, which the channel owns.</param>
    /// <param name="remoteEndPoint">The peer.</param>
    /// <param name="options">The client's options.</param>
    /// <param name="context">What the core shares.</param>
    public TcpChannel(ITransport transport, IPEndPoint remoteEndPoint, SumTcpClientOptions options, ChannelContext context)
    {
        (Transport, RemoteEndPoint, _notifier) = (transport, remoteEndPoint, context.Notifier);
        _lastHeard = _opened = _notifier.Now;
        (_maxInFlight, _verifySums) = (options.MaxInFlight, options.VerifySums);
        _left = options.RequestsPerConnection ?? long.MaxValue;
        Sender = new RequestSender(transport, context.Lock);
    }

    public ITransport Transport { get; }

    /// <summary>Where the transport puts what it receives. Rented from the shared pool: the next connection takes it, warm.</summary>
    public byte[] ReceiveBuffer { get; init; } = [];

    public RequestSender Sender { get; }

    public override IPEndPoint RemoteEndPoint { get; }

    public override Task Completion => _completion.Task;

    /// <summary>The peer puts white space between its responses, so it frames messages and takes several in one read. A peer that does not
    /// may take each read for one request: it gets a request at a time.</summary>
    public bool MayPipeline { get; set; }

    /// <summary>When bytes last came, on the exact clock. Set by the receiver.</summary>
    public long LastHeard
    {
        get => Volatile.Read(ref _lastHeard);
        set => Volatile.Write(ref _lastHeard, value);
    }

    public override int Room => (int)Math.Min((MayPipeline ? _maxInFlight : 1) - _inFlight.Count, _left);

    public override bool IsAlone => _inFlight.Count == 1;

    /// <summary>The deadline of the oldest response due, tombstones included.</summary>
    public override long EarliestDue => _inFlight.Count == 0 ? long.MaxValue : _inFlight[0].Deadline;

    public override ConnectionEvent Opened(ConnectResult connected, int attempt) =>
        new(ConnectionEventKind.Connected, RemoteEndPoint, string.Empty, attempt)
        {
            ConnectStarted = connected.Started,
            ConnectTime = connected.Time,
        };

    public override ConnectionEvent Ended(DisconnectReason reason, TimeSpan retryIn) => base.Ended(reason, retryIn) with
    {
        End = new ConnectionEnd(
            _notifier.Clock.GetElapsedTime(_opened), reason.Silence ?? _notifier.Clock.GetElapsedTime(LastHeard), _answers,
            reason.NoticedBy),
    };

    public override void Put(PendingSum request)
    {
        _inFlight.Enqueue(request, Sender.Append(request.A, request.B));
        _left--;
    }

    public override int Put(ReadOnlySpan<SumRequest> requests, ISumObserver observer, long number, long deadline)
    {
        int count = Math.Min(requests.Length, Math.Max(0, Room));
        foreach (ref readonly SumRequest request in requests[..count])
            _inFlight.Enqueue(request, observer, number++, deadline, Sender.Append(request.A, request.B));
        _left -= count;
        return count;
    }

    public override void Cancel(PendingSum request)
    {
        // Its entry is a tombstone from now on, since its number no longer matches: the response still comes, and reaches no caller.
    }

    /// <summary>Responses belong to the oldest requests, one after the other.</summary>
    public override MatchResult Match(ReadOnlySpan<Response> answers, bool separated, ref CompletionList ended)
    {
        MayPipeline |= separated;
        _answers += answers.Length;
        while (!answers.IsEmpty)
        {
            int sums = MatchSums(answers, ref ended);
            if (sums == 0 && MatchOne(answers[0], ref ended) is { } end)
                return new MatchResult(end);
            answers = answers[Math.Max(1, sums)..];
            HasAnswered = true;
        }

        // Tombstones count: a response that comes after the close would reset the connection.
        return _left == 0 && _inFlight.Count == 0 ? new MatchResult(DisconnectReason.UsedUp) : default;
    }

    /// <summary>The usual case, without a decision for each: sums of one observer. A tenth of what a bench costs at 64 in flight.</summary>
    /// <returns>How many.</returns>
    private int MatchSums(ReadOnlySpan<Response> answers, ref CompletionList ended)
    {
        ReadOnlySpan<InFlightQueue.Entry> oldest = _inFlight.Oldest;
        int most = Math.Min(answers.Length, oldest.Length), count = 0;
        while (count < most && oldest[count].Request is null && oldest[count].Observer == oldest[0].Observer
            && Sender.MayHaveSent(oldest[count].Start)
            && AnswerCheck.IsSum(oldest[count].Sum.A, oldest[count].Sum.B, answers[count], _verifySums))
            count++;
        if (count == 0)
            return 0;

        Span<SumCompletion> sums = ended.Add(_notifier, oldest[0].Observer!, count);
        for (int i = 0; i < sums.Length; i++)
        {
            ref readonly SumRequest request = ref oldest[i].Sum;
            sums[i] = new SumCompletion(request.A, request.B, request.Tag, new SumResult(SumOutcome.Sum, answers[i].Sum));
        }

        _inFlight.Drop(count);
        return count;
    }

    private DisconnectReason? MatchOne(in Response answer, ref CompletionList ended)
    {
        // What has not left yet cannot have been answered, so an answer to it is one to nothing.
        if (_inFlight.Count == 0 || !Sender.MayHaveSent(_inFlight[0].Start))
            return answer.IsError ? DisconnectReason.Said(answer.Error) : DisconnectReason.Unsolicited;
        ref readonly InFlightQueue.Entry entry = ref _inFlight[0];
        if (entry.Request is not { } request)
            ended.Add(_notifier, entry.Sum, entry.Observer!, AnswerCheck.Check(entry.Sum.A, entry.Sum.B, answer, _verifySums));
        else if (entry.IsLive)
            ended.Add(request, AnswerCheck.Check(request.A, request.B, answer, _verifySums));
        _inFlight.Drop(1);
        return answer.IsError && answer.Error.EndsConnection() ? DisconnectReason.Said(answer.Error) : null;
    }

    public override bool GiveBack(long now, int mostRetries, WaitQueue queue, ref CompletionList ended)
    {
        bool isRetried = false;
        for (int i = 0; i < _inFlight.Count; i++)
        {
            if (_inFlight.TakeOut(i, _notifier) is not { } request)
                continue;
            bool maybeSent = Sender.MayHaveSent(_inFlight[i].Start);
            request.MaybeSent |= maybeSent;
            if (request.Deadline <= now)
                ended.Add(request, request.Overdue);
            else if (maybeSent && request.Retries >= mostRetries)
                ended.Add(request, request.Unanswered);
            else if (maybeSent)
            {
                request.Retries++;
                isRetried = true;
            }
        }

        for (int i = _inFlight.Count - 1; i >= 0; i--) // backwards, since each goes to the front
        {
            if (_inFlight[i].IsLive)
                queue.AddFirst(_inFlight[i].Request!);
        }

        Sender.Withdraw();
        return isRetried;
    }

    public override (DisconnectReason? End, bool HasMore) Sweep(long now, ref CompletionList ended) =>
        (EarliestDue <= now ? DisconnectReason.NoAnswer : null, false); // responses come in order, so none can come after an overdue one

    public override bool TryClaim() => Sender.TryClaim();

    public override bool TryHold() => Sender.TryHold();

    public override bool Send(bool here)
    {
        Sender.Send(here);
        return false;
    }

    public override void Note(DisconnectReason reason) => Transport.Note(reason.Reason);

    public override void Close()
    {
        Transport.EndSending();
        Transport.EndReceiving();
    }

    /// <summary>The receiver has ended: closes the connection.</summary>
    public async Task DisposeAsync()
    {
        Transport.Dispose();
        ArrayPool<byte>.Shared.Return(ReceiveBuffer); // no receive is pending any more
        await Sender.Rest.ConfigureAwait(false);
        _completion.SetResult();
    }
}
