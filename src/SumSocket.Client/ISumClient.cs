namespace SumSocket.Client;

/// <summary>A client of the sum service, whatever carries its requests.</summary>
public interface ISumClient : IAsyncDisposable
{
    /// <summary>Connects ahead of the first request, which would do so by itself.</summary>
    /// <param name="cancellationToken">Ends the wait. The attempt goes on, and a connection that it makes is used.</param>
    /// <exception cref="SumConnectException">It failed; the message says why in one line.</exception>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    Task ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>Requests <paramref name="a"/> + <paramref name="b"/>. Any number of callers may do so at the same time.</summary>
    /// <param name="a">The first addend.</param>
    /// <param name="b">The second addend.</param>
    /// <param name="cancellationToken">Gives the request up; an answer that still comes reaches no caller.</param>
    /// <returns>What became of it. Failures of the network or the peer are outcomes, not exceptions.</returns>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken = default);

    /// <summary>Requests many sums at once, for callers so fast that a call and a wake-up for each would cost more than the answer. They
    /// leave in this order, over TCP in one send. All else is as with <see cref="SumAsync"/>: deadlines, pipelining, reconnection,
    /// outcomes. Only cancellation is missing.</summary>
    /// <param name="requests">The requests; the memory may be used again when the call returns.</param>
    /// <param name="observer">Gets the outcome of each request, once, and never from inside this call.</param>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call; nothing was taken on.</exception>
    void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer);

    /// <summary>Raised for each connection made or lost and each failed attempt, in order. Handlers must be quick and not throw.</summary>
    event Action<ConnectionEvent>? ConnectionChanged;
}

/// <summary>One request of those that <see cref="ISumClient.Submit"/> takes on together.</summary>
/// <param name="A">The first addend.</param>
/// <param name="B">The second addend.</param>
/// <param name="Tag">Opaque value that comes back with the outcome and goes nowhere else.</param>
public readonly record struct SumRequest(long A, long B, long Tag = 0);

/// <summary>No connection could be made. The message says in one line what could not be reached and why.</summary>
public sealed class SumConnectException(string message, Exception? innerException = null) : Exception(message, innerException);
