using System.Net.Sockets;
using SumSocket.Protocol;

namespace SumSocket.Client.Tcp;

/// <summary>
/// The requests on one connection: which are there, which may have left, and which answer is whose. All of it under the owner's gate.
/// </summary>
internal sealed class Pipeline(Socket socket, Lock gate, SumTcpClientOptions options, CompletionNotifier teller)
{
    private readonly InFlightQueue _inFlight = new();

    public RequestSender Sender { get; } = new(socket, gate);

    /// <summary>
    /// The peer puts white space between its answers, so it frames messages and takes several in one read. One that does not may take each
    /// read for one request: it gets a request at a time.
    /// </summary>
    public bool MayPipeline { get; set; }

    /// <summary>It gave an answer, so that whatever ended it was not there from the start.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Whether one more request may be put on it.</summary>
    public bool HasRoom => Room > 0;

    /// <summary>How many requests may be put on it.</summary>
    private int Room => (MayPipeline ? options.MaxInFlight : 1) - _inFlight.Count;

    /// <summary>One answer is due: its request wants the shortest way, since nothing else is there to be gathered with.</summary>
    public bool HasOne => _inFlight.Count == 1;

    /// <summary>The deadline of the oldest answer due, tombstones included; null when none is due.</summary>
    public long? EarliestDeadline => _inFlight.Count == 0 ? null : _inFlight[0].Deadline;

    /// <summary>The sender, to be told to send outside the gate; null when somebody is at it or there is nothing to send.</summary>
    public RequestSender? ClaimSender() => Sender.TryClaim() ? Sender : null;

    /// <summary>Puts a request behind the others; the sender is to be claimed afterwards.</summary>
    public void Put(PendingSum request) =>
        _inFlight.Enqueue(request, Sender.Append(request.A, request.B));

    /// <summary>Puts requests that were in no line, and so need no objects, behind the others, as far as there is room.</summary>
    /// <param name="requests">What is asked.</param>
    /// <param name="observer">By whom.</param>
    /// <param name="number">The number of the first of them.</param>
    /// <param name="deadline">When their answers are overdue.</param>
    /// <returns>How many.</returns>
    public int Put(ReadOnlySpan<SumRequest> requests, ISumObserver observer, long number, long deadline)
    {
        int count = Math.Min(requests.Length, Room);
        foreach (ref readonly SumRequest asked in requests[..count])
            _inFlight.Enqueue(asked, observer, number++, deadline, Sender.Append(asked.A, asked.B));
        return count;
    }

    /// <summary>Puts as many of those who wait on it as there is room for.</summary>
    public void FillUp(WaitQueue waiting)
    {
        while (!waiting.IsEmpty && HasRoom)
            Put(waiting.RemoveFirst());
    }

    /// <summary>Gives answers to the requests they belong to: the oldest, one after the other.</summary>
    /// <returns>Why the connection must end, or null.</returns>
    public DisconnectReason? Match(ReadOnlySpan<Response> answers, ref CompletionList ended)
    {
        while (!answers.IsEmpty)
        {
            int sums = MatchSums(answers, ref ended);
            if (sums == 0 && MatchOne(answers[0], ref ended) is { } end)
                return end;
            answers = answers[Math.Max(1, sums)..];
            HasAnswered = true;
        }

        return null;
    }

    /// <summary>
    /// The usual case, without a decision for each: sums for requests that have no objects and one observer. A tenth of what a bench costs
    /// at 64 in flight.
    /// </summary>
    /// <returns>How many.</returns>
    private int MatchSums(ReadOnlySpan<Response> answers, ref CompletionList ended)
    {
        ReadOnlySpan<InFlightQueue.Entry> oldest = _inFlight.Oldest;
        int most = Math.Min(answers.Length, oldest.Length), count = 0;
        while (count < most && oldest[count].Request is null && oldest[count].Observer == oldest[0].Observer && Sender.MayHaveSent(oldest[count].Start)
            && AnswerCheck.IsSum(oldest[count].Asked.A, oldest[count].Asked.B, answers[count], options.VerifySums))
            count++;
        if (count == 0)
            return 0;

        Span<SumCompletion> sums = ended.Add(teller, oldest[0].Observer!, count);
        for (int i = 0; i < sums.Length; i++)
        {
            ref readonly SumRequest asked = ref oldest[i].Asked;
            sums[i] = new SumCompletion(asked.A, asked.B, asked.Tag, new SumResult(SumOutcome.Sum, answers[i].Sum));
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
            ended.Add(teller, entry.Asked, entry.Observer!, AnswerCheck.Check(entry.Asked.A, entry.Asked.B, answer, options.VerifySums));
        else if (entry.IsLive)
            ended.Add(request, AnswerCheck.Check(request.A, request.B, answer, options.VerifySums));
        _inFlight.Drop(1);
        return answer.Error.EndsConnection() ? DisconnectReason.Said(answer.Error) : null;
    }

    /// <summary>The connection is given up: decides, request by request, who waits for the next one.</summary>
    /// <param name="now">What the deadlines are compared with.</param>
    /// <param name="resend">False ends those that may have been sent instead.</param>
    /// <param name="waiting">Where the others go: to the front, in their order.</param>
    /// <param name="ended">Takes those that end.</param>
    public void GiveBack(long now, bool resend, WaitQueue waiting, ref CompletionList ended)
    {
        for (int i = 0; i < _inFlight.Count; i++)
        {
            if (_inFlight.TakeOut(i, teller) is not { } request)
                continue;
            bool maybeSent = Sender.MayHaveSent(_inFlight[i].Start);
            request.MaybeSent |= maybeSent;
            if (request.Deadline <= now)
                ended.Add(request, request.Overdue);
            else if (maybeSent && !resend)
                ended.Add(request, request.Unanswered);
        }

        for (int i = _inFlight.Count - 1; i >= 0; i--) // backwards, since each goes to the front
        {
            if (_inFlight[i].IsLive)
                waiting.AddFirst(_inFlight[i].Request!);
        }

        Sender.Withdraw();
    }
}
