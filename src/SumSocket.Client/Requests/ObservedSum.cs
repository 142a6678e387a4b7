namespace SumSocket.Client.Requests;

/// <summary>A request of an <see cref="ISumObserver"/>; over TCP only one that has to stand in the line.</summary>
internal sealed class ObservedSum(CompletionNotifier notifier) : PendingSum
{
    /// <summary>Who tells its outcome, and keeps it at rest.</summary>
    public CompletionNotifier Notifier => notifier;

    /// <summary>Who is told; null at rest.</summary>
    public ISumObserver? Observer { get; private set; }

    public long Tag { get; private set; }

    public void Begin(in SumRequest asked, ISumObserver observer)
    {
        (A, B, Tag, Observer) = (asked.A, asked.B, asked.Tag, observer);
        MaybeSent = false;
    }

    public void Rest() => Observer = null;
}
