namespace SumSocket.Measurement.Ping;

/// <summary>Finds outages among requests that end in any order: a request is evaluated when all before it have ended, so that what was
/// sent during an outage belongs to it, however late it ends.</summary>
/// <param name="log">Where the outages are.</param>
/// <param name="why">Why a request that has not ended would be lost if all ended now; null when it would not.</param>
internal sealed class OutageFinder(OutageLog log, Func<PingRequest, string?> why)
{
    /// <summary>How many requests are remembered; of more, those that would be lost are evaluated as lost, however they end.</summary>
    public const int Remembered = 65_536;

    private readonly Queue<PingRequest> _requests = new();
    private long _forgotten; // evaluated and not ended

    /// <summary>Those that have not ended.</summary>
    public IEnumerable<PingRequest> Open => _requests.Where(request => request.End.How == RequestEnd.None);

    public void Add(PingRequest request)
    {
        _requests.Enqueue(request);
        while (_requests.Count > Remembered && _requests.Peek() is var first && why(first) is { } reason)
        {
            Report(log, first, (RequestEnd.Lost, default, reason));
            first.IsForgotten = true;
            _forgotten++;
            _requests.Dequeue();
            Settle();
        }
    }

    /// <summary>Records, in order among the requests, that the connection was lost or could not be made.</summary>
    public void LoseConnection(TimeSpan at, string sign)
    {
        _requests.Enqueue(new PingRequest(0, 0, at) { End = (RequestEnd.Lost, at, sign) });
        Settle();
    }

    /// <summary>Records, in order among the requests, that a request was answered which had been sent before the loss of its connection,
    /// and again.</summary>
    public void AnswerRetried(TimeSpan at)
    {
        _requests.Enqueue(new PingRequest(0, 0, at) { End = (RequestEnd.Answered, at, "") });
        Settle();
    }

    public void End(PingRequest request, RequestEnd how, TimeSpan at, string reason)
    {
        request.End = (how, at, reason);
        if (request.IsForgotten)
            _forgotten--;
        Settle();
    }

    /// <summary>What the log would hold if all requests ended now, and how many of them would be lost. Changes nothing.</summary>
    public (OutageLog Log, long Lost) EndNow()
    {
        OutageLog preview = new(log);
        long lost = _forgotten;
        foreach (PingRequest request in _requests)
        {
            var end = request.End;
            if (end.How == RequestEnd.None && why(request) is { } reason)
            {
                end = (RequestEnd.Lost, default, reason);
                lost++;
            }

            Report(preview, request, end);
        }

        return (preview, lost);
    }

    private void Settle()
    {
        while (_requests.TryPeek(out PingRequest? first) && first.End.How != RequestEnd.None)
            Report(log, _requests.Dequeue(), first.End);
    }

    private static void Report(OutageLog log, PingRequest request, (RequestEnd How, TimeSpan At, string Reason) end)
    {
        switch (end.How)
        {
            case RequestEnd.Answered when request.Worker == 0:
                log.EndByRetry(end.At);
                break;
            case RequestEnd.Answered:
                log.End(end.At);
                break;
            case RequestEnd.Late:
                log.Delay(request.SentAt, end.At, end.Reason);
                break;
            case RequestEnd.Lost when request.Worker == 0:
                log.LoseConnection(request.SentAt, end.Reason);
                break;
            case RequestEnd.Lost:
                log.LoseRound(request.SentAt, end.Reason);
                break;
            case RequestEnd.Error:
                log.CountError();
                break;
        }
    }
}

/// <summary>How a request ended, as far as outages are concerned.</summary>
internal enum RequestEnd
{
    None,     // it has not ended
    Answered, // with the right sum
    Late,     // with the right sum, long after one was to be expected
    Lost,     // without an answer
    Error,    // with an error of a server that goes on serving
    Other,    // in a way that says nothing about the path
}

/// <summary>A request in flight, or an event of the connection (worker 0). Workers and their requests count from 1.</summary>
internal sealed record PingRequest(int Worker, long Sequence, TimeSpan SentAt)
{
    /// <summary>Its place on the schedule, from 0.</summary>
    public long Slot { get; init; }

    /// <summary>When its round was due.</summary>
    public TimeSpan DueAt { get; init; } = SentAt;

    /// <summary>The second addend.</summary>
    public long B { get; init; }

    /// <summary>Why there was no connection, or no server, when it was sent; null when no trouble was known.</summary>
    public string? Trouble { get; init; }

    /// <summary>How long an answer may take before it is long overdue, by those that had come when this was sent; null before the first.
    /// </summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>How it ended, when, and why there was no answer.</summary>
    public (RequestEnd How, TimeSpan At, string Reason) End { get; set; }

    /// <summary>Whether it was evaluated before it ended.</summary>
    public bool IsForgotten { get; set; }
}
