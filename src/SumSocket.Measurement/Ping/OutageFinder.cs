namespace SumSocket.Measurement.Ping;

/// <summary>Finds outages among requests that end in any order: a request is looked at when all before it have ended, so that what was sent
/// during an outage counts to it, however late its end comes.</summary>
/// <param name="log">Where outages are put together.</param>
internal sealed class OutageFinder(OutageLog log)
{
    private readonly Queue<PingRequest> _requests = new();

    /// <summary>A request is sent.</summary>
    public void Add(PingRequest request) => _requests.Enqueue(request);

    /// <summary>The connection was lost, or an attempt to make one failed. It has its place among the requests.</summary>
    public void LoseConnection(TimeSpan at, string sign)
    {
        _requests.Enqueue(new PingRequest(0, 0, at) { End = (RequestEnd.Lost, at, sign) });
        Settle();
    }

    /// <summary>A request has ended.</summary>
    public void End(PingRequest request, RequestEnd how, TimeSpan at, string reason)
    {
        request.End = (how, at, reason);
        Settle();
    }

    /// <summary>What would be found if all requests ended now, and how many of them would be lost. Changes nothing.</summary>
    /// <param name="why">Why a request that has not ended would be lost; null when it would not.</param>
    public (OutageLog Log, long Lost) EndNow(Func<PingRequest, string?> why)
    {
        OutageLog preview = log.Copy();
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
    /// <summary>It has not.</summary>
    None,

    /// <summary>With the right sum.</summary>
    Answered,

    /// <summary>Without an answer.</summary>
    Lost,

    /// <summary>In a way that says nothing of the path.</summary>
    Other,
}

/// <summary>A request under way, or something that happened to the connection, in the line of <see cref="OutageFinder"/>.</summary>
/// <param name="worker">The worker, from 1.</param>
/// <param name="sequence">The number of the request of that worker, from 1.</param>
/// <param name="askedAt">When, from the start.</param>
internal sealed class PingRequest(int worker, long sequence, TimeSpan askedAt)
{
    public int Worker => worker;

    public long Sequence => sequence;

    public TimeSpan SentAt => askedAt;

    /// <summary>The second addend.</summary>
    public long B { get; init; }

    /// <summary>Why there was no connection, or no server, when it was sent; null when nothing was known.</summary>
    public string? Trouble { get; init; }

    /// <summary>When the answer came; how it ended; why there was none.</summary>
    public (RequestEnd How, TimeSpan At, string Reason) End { get; set; }
}
