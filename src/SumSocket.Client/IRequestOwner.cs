namespace SumSocket.Client;

/// <summary>Where requests are until they end.</summary>
internal interface IRequestOwner
{
    /// <summary>The caller's token fired. Does nothing to a request that has ended.</summary>
    void Cancel(PendingSum request, CancellationToken cancellationToken);
}
