namespace SumSocket.Client;

/// <summary>Where requests are until they end.</summary>
internal interface IRequestOwner
{
    /// <summary>Takes a request on. It may have ended when this returns.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    void Submit(PendingSum request);

    /// <summary>The caller's token fired. Does nothing to a request that has ended.</summary>
    void Cancel(PendingSum request, CancellationToken cancellationToken);
}
