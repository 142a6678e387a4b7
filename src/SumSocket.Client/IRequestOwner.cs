namespace SumSocket.Client;

/// <summary>Where requests are until they end.</summary>
internal interface IRequestOwner
{
    /// <summary>Takes a request on. It may have ended when this returns.</summary>
    /// <param name="a">The first addend.</param>
    /// <param name="b">The second addend.</param>
    /// <param name="result">What the caller awaits, taken before the request could end.</param>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    AwaitedSum Submit(long a, long b, out ValueTask<SumResult> result);

    /// <summary>The caller's token fired. Does nothing to a request that has ended.</summary>
    void Cancel(AwaitedSum request, CancellationToken cancellationToken);
}
