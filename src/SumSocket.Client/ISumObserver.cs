namespace SumSocket.Client;

/// <summary>Gets the outcomes of the requests that it sent by <see cref="ISumClient.Submit"/>.</summary>
public interface ISumObserver
{
    /// <summary>Requests have ended. A client makes one call at a time, in the order in which they ended, on the thread that found out,
    /// mostly the one that receives. It never calls from inside a call of the observer's own, so the observer may hold a lock while it
    /// submits.</summary>
    /// <remarks><para>It must be quick and not block: no answer is received meanwhile, and no other request leaves on that
    /// connection.</para>
    /// <para>It may submit again: over TCP all that is submitted in here leaves in one send when it returns. It may also dispose the
    /// client.</para>
    /// <para>What it throws is logged as an error and goes nowhere else: these requests count as notified, and the next follow as
    /// usual.</para></remarks>
    /// <param name="sums">What ended, in that order; to be read or copied before the call returns.</param>
    /// <param name="timestamp">When: <see cref="TimeProvider.GetTimestamp"/> of the client's clock, exact however coarse the deadlines are,
    /// taken as soon as the receive returned that brought the answers, so before any of them was looked at; or when it was found that there
    /// will be none.</param>
    void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp);
}
