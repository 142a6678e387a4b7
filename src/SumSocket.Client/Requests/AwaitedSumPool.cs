namespace SumSocket.Client.Requests;

/// <summary>
/// Requests at rest. They are rented under the owner's gate, which is taken for each request anyway, and come back without one: a lock of
/// the pool's own for each of the two cost a tenth of a pipelined sum.
/// </summary>
/// <param name="capacity">How many are kept; those beyond it, made for a passing crowd of callers, are let go.</param>
internal sealed class AwaitedSumPool(int capacity)
{
    private AwaitedSum? _resting;  // under the owner's gate
    private AwaitedSum? _returned; // a stack that is only ever pushed on, or taken whole
    private int _made;

    /// <summary>A request at rest, or a new one. Under the owner's gate.</summary>
    public AwaitedSum Rent(RequestCore core)
    {
        AwaitedSum? request = _resting ?? Interlocked.Exchange(ref _returned, null);
        if (request is null)
            return new AwaitedSum(core, _made++ < capacity ? this : null);
        _resting = (AwaitedSum?)request.Next;
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
