namespace SumSocket.Client;

/// <summary>Requests at rest. The last one returned is the first one rented, since its memory is the warmest.</summary>
/// <param name="capacity">How many are kept; those beyond it, left by a passing crowd of callers, are let go.</param>
internal sealed class PendingSumPool(int capacity)
{
    private readonly Lock _gate = new();
    private PendingSum? _first;
    private int _count;

    /// <summary>Makes a caller's question a request of <paramref name="owner"/>: all there is to a client's SumAsync.</summary>
    public ValueTask<SumResult> Ask(IRequestOwner owner, long a, long b, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<SumResult>(cancellationToken);
        PendingSum request = Rent(owner);
        ValueTask<SumResult> result = request.Begin(a, b);
        owner.Submit(request);
        if (cancellationToken.CanBeCanceled)
            request.CancelWith(cancellationToken);
        return result;
    }

    public PendingSum Rent(IRequestOwner owner)
    {
        lock (_gate)
        {
            if (_first is { } request)
            {
                _first = request.Next;
                request.Next = null;
                _count--;
                return request;
            }
        }

        return new PendingSum(owner, this);
    }

    public void Return(PendingSum request)
    {
        lock (_gate)
        {
            if (_count == capacity)
                return;
            request.Next = _first;
            _first = request;
            _count++;
        }
    }
}
