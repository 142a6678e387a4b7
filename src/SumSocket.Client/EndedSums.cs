namespace SumSocket.Client;

/// <summary>Requests that ended while the gate was held, in the order they ended: their callers are told when it is open again.</summary>
internal struct EndedSums
{
    private PendingSum? _first;
    private PendingSum? _last;

    /// <summary>Ends a request. Under the gate; it must be live and stand in no line.</summary>
    public void Add(PendingSum request, in SumResult result)
    {
        request.Number = 0;
        request.Result = result;
        if (_last is null)
            _first = request;
        else
            _last.Next = request;
        _last = request;
    }

    /// <summary>Tells the callers. Not under the gate.</summary>
    public void Complete()
    {
        while (_first is { } request)
        {
            _first = request.Next; // read first: a completed request may be somebody else's before the call returns
            request.Next = null;
            request.Complete();
        }

        _last = null;
    }
}
