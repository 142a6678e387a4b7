using System.Net.Sockets;
using SumSocket.Protocol;

namespace SumSocket.Client.Tcp;

/// <summary>The requests on one connection: which are there, which may have left, and which answer is whose. All of it under the owner's gate.</summary>
internal sealed class Pipeline(Socket socket, Lock gate, SumTcpClientOptions options)
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
    public bool HasRoom => _inFlight.Count < (MayPipeline ? options.MaxInFlight : 1);

    /// <summary>One answer is due: its request wants the shortest way, since nothing else is there to be gathered with.</summary>
    public bool HasOne => _inFlight.Count == 1;

    /// <summary>The deadline of the oldest answer due, tombstones included; null when none is due.</summary>
    public long? EarliestDeadline => _inFlight.Count == 0 ? null : _inFlight[0].Deadline;

    /// <summary>Puts a request behind the others; the sender is to be claimed afterwards.</summary>
    public void Put(PendingSum request) =>
        _inFlight.Enqueue(request, Sender.Append(request.A, request.B));

    /// <summary>Puts as many of those who wait on it as there is room for.</summary>
    public void FillUp(WaitingLine waiting)
    {
        while (!waiting.IsEmpty && HasRoom)
            Put(waiting.RemoveFirst());
    }

    /// <summary>Gives an answer to the request it belongs to: the oldest.</summary>
    /// <returns>Why the connection must end, or null.</returns>
    public ConnectionEnd? Match(in Response answer, ref EndedSums ended)
    {
        // What has not left yet cannot have been answered, so an answer to it is one to nothing.
        if (_inFlight.Count == 0 || !Sender.MayHaveSent(_inFlight[0].Start))
            return answer.IsError ? ConnectionEnd.Said(answer.Error) : ConnectionEnd.Unsolicited;
        ref readonly InFlightQueue.Entry entry = ref _inFlight.Dequeue();
        if (entry.IsLive)
            ended.Add(entry.Request, AnswerCheck.Judge(entry.Request.A, entry.Request.B, answer, options.VerifySums));
        if (answer.Error.EndsConnection())
            return ConnectionEnd.Said(answer.Error);
        HasAnswered = true;
        return null;
    }

    /// <summary>The connection is given up: decides, request by request, who waits for the next one.</summary>
    /// <param name="now">What the deadlines are compared with.</param>
    /// <param name="resend">False ends those that may have been sent instead.</param>
    /// <param name="waiting">Where the others go: to the front, in their order.</param>
    /// <param name="ended">Takes those that end.</param>
    public void GiveBack(long now, bool resend, WaitingLine waiting, ref EndedSums ended)
    {
        for (int i = 0; i < _inFlight.Count; i++)
        {
            ref readonly InFlightQueue.Entry entry = ref _inFlight[i];
            if (!entry.IsLive)
                continue;
            PendingSum request = entry.Request;
            bool maybeSent = Sender.MayHaveSent(entry.Start);
            request.MaybeSent |= maybeSent;
            if (entry.Deadline <= now)
                ended.Add(request, request.Overdue);
            else if (maybeSent && !resend)
                ended.Add(request, request.Unanswered);
        }

        for (int i = _inFlight.Count - 1; i >= 0; i--) // backwards, since each goes to the front
        {
            if (_inFlight[i].IsLive)
                waiting.AddFirst(_inFlight[i].Request);
        }

        Sender.Withdraw();
    }
}
