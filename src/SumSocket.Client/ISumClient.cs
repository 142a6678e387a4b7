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
    /// <param name="cancellationToken">Gives the request up; an answer that still comes reaches no caller.</param>
    /// <returns>What became of it. Failures of the network or the peer are outcomes, not exceptions.</returns>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken = default);

    /// <summary>Asks for many sums at once, for one who asks so fast that a call and a wake-up for each would cost more than the answer.
    /// They leave in this order, over TCP in one send, and all else is as with <see cref="SumAsync"/>: deadlines, pipelining, reconnection,
    /// outcomes. Only cancelling is not there.</summary>
    /// <param name="requests">What is asked; it may be used again when the call returns.</param>
    /// <param name="observer">Who is told, once for each request, how it ended, and never from inside this call.</param>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call; nothing was taken on.</exception>
    void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer);

    /// <summary>Raised for each connection made, lost or not to be had, one at a time and in order. Handlers must be quick and not
    /// throw.</summary>
    event Action<ConnectionEvent>? ConnectionChanged;
}
