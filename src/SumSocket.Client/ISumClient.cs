namespace SumSocket.Client;

/// <summary>Someone who can be asked for sums, whatever carries the question.</summary>
public interface ISumClient : IAsyncDisposable
{
    /// <summary>Gets ready to ask, ahead of the first request, which would do so by itself.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SumConnectException">It failed; the message says why in one line.</exception>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    Task ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks for <paramref name="a"/> + <paramref name="b"/>. Any number of callers may ask at the same time.</summary>
    /// <param name="a">The first addend.</param>
    /// <param name="b">The second addend.</param>
    /// <param name="cancellationToken">Gives the question up; its answer, should it come, reaches nobody.</param>
    /// <returns>What became of it. Failures of the network or the peer are outcomes, not exceptions.</returns>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken = default);

    /// <summary>Raised for each connection made, lost or not to be had, one at a time and in order. Handlers must be quick and not throw.</summary>
    event Action<ConnectionEvent>? ConnectionChanged;
}
