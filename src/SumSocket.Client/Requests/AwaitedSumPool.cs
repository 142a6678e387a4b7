namespace SumSocket.Client.Requests;

/// <summary>Requests for reuse. They are rented under the core's lock, which is taken for each request anyway, and come back without a
/// lock: one of the pool's own for each of the two cost a tenth of a pipelined sum.</summary>
/// <param name="capacity">How many are kept; those beyond it, made for a passing crowd of callers, are let go.</param>
internal sealed class AwaitedSumPool(int capacity)
{
    private AwaitedSum? _pooled;  // under the core's lock
    private AwaitedSum? _returned; // a stack that is only ever pushed on, or taken whole
    private int _made;

    /// <summary>A pooled request, or a new one. Under the core's lock.</summary>
    public AwaitedSum Rent(RequestCore core)
    {
        AwaitedSum? request = _pooled ?? Interlocked.Exchange(ref _returned, null);
        if (request is null)
            return new AwaitedSum(core, _made++ < capacity ? this : null);
        _pooled = (AwaitedSum?)request.Next;
        request.Next = null;
        return request;
    }

    /// <summary>Gives a request back. From anywhere.</summary>
    public void Return(AwaitedSum request)
    {
        AwaitedSum? top = Volatile.Read(ref _returned);
        while (true)
        {
            request.Next = top;
            AwaitedSum? found = Interlocked.CompareExchange(ref _returned, request, top);
            if (found == top)
                return;
            top = found;
        }
    }
}
