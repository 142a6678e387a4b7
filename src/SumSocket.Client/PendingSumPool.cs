namespace SumSocket.Client;

/// <summary>Requests at rest. The last one returned is the first one rented, since its memory is the warmest.</summary>
/// <param name="capacity">How many are kept; those beyond it, left by a passing crowd of callers, are let go.</param>
internal sealed class PendingSumPool(int capacity)
{
    private readonly Lock _gate = new();
    private PendingSum? _first;
    private int _count;

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
