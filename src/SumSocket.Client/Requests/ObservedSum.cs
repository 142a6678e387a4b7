namespace SumSocket.Client.Requests;

/// <summary>A request of an <see cref="ISumObserver"/>; over TCP only one that must be queued.</summary>
internal sealed class ObservedSum(CompletionNotifier notifier) : PendingSum
{
    /// <summary>Delivers its outcome, and pools it.</summary>
    public CompletionNotifier Notifier => notifier;

    /// <summary>Gets the outcome; null while pooled.</summary>
    public ISumObserver? Observer { get; private set; }

    public long Tag { get; private set; }

    public void Begin(in SumRequest asked, ISumObserver observer)
    {
        (A, B, Tag, Observer) = (asked.A, asked.B, asked.Tag, observer);
        MaybeSent = false;
    }

    public void Clear() => Observer = null;
}
