namespace SumSocket.Client;

/// <summary>Gets the outcomes of the requests that it sent by <see cref="ISumClient.Submit"/>.</summary>
public interface ISumObserver
{
    /// <summary>
    /// Requests have ended. A client tells one call at a time and in the order in which they ended, on the thread that found it out, mostly
    /// the one that receives, and never from inside a call of the observer's own: it may hold a lock while it submits.
    /// </summary>
    /// <remarks>
    /// <para>It must be quick and not block: no answer is received meanwhile, and no other request leaves on that connection.</para>
    /// <para>It may submit again: over TCP all that is submitted in here leaves in one send when it returns. It may also dispose the
    /// client.</para>
    /// <para>What it throws is logged as an error and goes nowhere else: these requests have been told, and the next are as if nothing had
    /// been.</para>
    /// </remarks>
    /// <param name="sums">What ended, in that order; to be read or copied before the call returns.</param>
    /// <param name="timestamp">
    /// When: <see cref="TimeProvider.GetTimestamp"/> of the client's clock, exact however coarse the deadlines are, taken as soon as the
    /// receive returned that brought the answers, so before any of them was looked at; or when it was found that there will be none.
    /// </param>
    void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp);
}
