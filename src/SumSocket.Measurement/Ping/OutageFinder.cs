namespace SumSocket.Measurement.Ping;

/// <summary>Finds outages among requests that end in any order: a request is evaluated when all before it have ended, so that what was
/// sent during an outage belongs to it, however late it ends.</summary>
internal sealed class OutageFinder(OutageLog log)
{
    private readonly Queue<PingRequest> _requests = new();

    public void Add(PingRequest request) => _requests.Enqueue(request);

    /// <summary>Records, in order among the requests, that the connection was lost or could not be made.</summary>
    public void LoseConnection(TimeSpan at, string sign)
    {
        _requests.Enqueue(new PingRequest(0, 0, at) { End = (RequestEnd.Lost, at, sign) });
        Settle();
    }

    /// <summary>Records, in order among the requests, that a request was answered which had been sent before.</summary>
    public void Answer(TimeSpan at)
    {
        _requests.Enqueue(new PingRequest(0, 0, at) { End = (RequestEnd.Answered, at, "") });
        Settle();
    }

    public void End(PingRequest request, RequestEnd how, TimeSpan at, string reason)
    {
        request.End = (how, at, reason);
        Settle();
    }

    /// <summary>What the log would hold if all requests ended now, and how many of them would be lost. Changes nothing.</summary>
    /// <param name="why">Why a request that has not ended would be lost; null when it would not.</param>
    public (OutageLog Log, long Lost) EndNow(Func<PingRequest, string?> why)
    {
        OutageLog preview = new(log);
        long lost = 0;
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
        if (end.How == RequestEnd.Answered)
            log.End(end.At);
        else if (end.How == RequestEnd.Lost && request.Worker == 0)
            log.LoseConnection(request.SentAt, end.Reason);
        else if (end.How == RequestEnd.Lost)
            log.LoseRound(request.SentAt, end.Reason);
    }
}

/// <summary>How a request ended, as far as outages are concerned.</summary>
internal enum RequestEnd
{
    None,     // it has not ended
    Answered, // with the right sum
    Lost,     // without an answer
    Other,    // in a way that says nothing about the path
}

/// <summary>A request in flight, or an event of the connection (worker 0). Workers and their requests count from 1.</summary>
internal sealed record PingRequest(int Worker, long Sequence, TimeSpan SentAt)
{
    /// <summary>The second addend.</summary>
    public long B { get; init; }

    /// <summary>Why there was no connection, or no server, when it was sent; null when no trouble was known.</summary>
    public string? Trouble { get; init; }

    /// <summary>How it ended, when, and why there was no answer.</summary>
    public (RequestEnd How, TimeSpan At, string Reason) End { get; set; }
}
