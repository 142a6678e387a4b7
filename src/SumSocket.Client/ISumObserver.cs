namespace SumSocket.Client;

/// <summary>Gets the outcomes of the requests that it sent by <see cref="ISumClient.Submit"/>.</summary>
public interface ISumObserver
{
    /// <summary>Requests have ended. A client makes one call at a time, in the order in which they ended, mostly on the thread that
    /// receives. It never calls from inside a call of the observer's own, so an observer may submit under a lock.</summary>
    /// <remarks><para>It must be quick and not block: meanwhile that connection receives and sends nothing.</para>
    /// <para>It may submit again: over TCP all of that leaves in one send when it returns. It may also dispose the client.</para>
    /// <para>What it throws is logged as an error; the next notifications follow as usual.</para></remarks>
    /// <param name="sums">What ended, in that order; to be read or copied before the call returns.</param>
    /// <param name="timestamp">When: <see cref="TimeProvider.GetTimestamp"/> of the client's clock, exact, taken as soon as the receive
    /// that brought the answers returned, or when it was found that there will be none.</param>
    void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp);
}
