namespace SumSocket.Client.Requests;

/// <summary>What carries requests to a peer and matches its responses: one TCP connection, or one UDP socket. It knows no caller and never
/// calls the core: what it finds out is what its methods return. All but <see cref="Send"/> and <see cref="Close"/> run under the core's
/// lock.</summary>
internal abstract class Channel
{
    public abstract IPEndPoint RemoteEndPoint { get; }

    public abstract int Room { get; }

    /// <summary>Nothing could share a send with the request in flight, so it takes the shortest path.</summary>
    public abstract bool IsAlone { get; }

    /// <summary>When something is next due, on the clock of <see cref="DeadlineTimer"/>; <see cref="long.MaxValue"/> for nothing.</summary>
    public abstract long EarliestDue { get; }

    /// <summary>It has matched a response, so the peer works.</summary>
    public bool HasAnswered { get; protected set; }

    /// <summary>Ends when the socket is closed and nothing runs any more; never faults.</summary>
    public abstract Task Completion { get; }

    /// <summary>The event that opening it is; null where opening proves nothing about the peer.</summary>
    /// <param name="connected">The attempt that made the connection.</param>
    /// <param name="attempt">How many attempts in a row it took, from 1.</param>
    public abstract ConnectionEvent? Opened(ConnectResult connected, int attempt);

    /// <summary>The event that its end is.</summary>
    /// <param name="reason">Why it ends.</param>
    /// <param name="retryIn">How long no other is opened.</param>
    public virtual ConnectionEvent Ended(DisconnectReason reason, TimeSpan retryIn) =>
        new(reason.EventKind, RemoteEndPoint, reason.Reason, 0, retryIn, reason.Cause) { Peer = reason.Peer };

    /// <summary>Puts a request in flight. There must be room.</summary>
    public abstract void Put(PendingSum request);

    /// <summary>A further request comes: ends one in flight where there is no room, if the options say so.</summary>
    public virtual void MakeRoom(ref CompletionList ended)
    {
    }

    /// <summary>Puts new requests in flight without an object for each, as far as there is room and the channel can.</summary>
    /// <returns>How many.</returns>
    public virtual int Put(ReadOnlySpan<SumRequest> requests, ISumObserver observer, long number, long deadline) => 0;

    /// <summary>A request in flight is cancelled.</summary>
    public abstract void Cancel(PendingSum request);

    /// <summary>Matches responses to their requests.</summary>
    /// <param name="responses">In the order they came.</param>
    /// <param name="separated">Whether the peer was seen to put white space between messages.</param>
    /// <param name="ended">Takes the requests that end.</param>
    public abstract MatchResult Match(ReadOnlySpan<Response> responses, bool separated, ref CompletionList ended);

    /// <summary>Handles what is due: ends or repeats requests, a bounded number at a time.</summary>
    /// <returns>Why the channel must be given up, or null; and whether more is due.</returns>
    public abstract (DisconnectReason? End, bool HasMore) Sweep(long now, ref CompletionList ended);

    /// <summary>The kernel reported that no process listens at the peer's port.</summary>
    /// <returns>The event that this is, if it is news.</returns>
    public virtual ConnectionEvent? Refuse(ref CompletionList ended) => null;

    /// <summary>The channel is given up: each request in flight ends, or goes back to the front of the queue.</summary>
    /// <param name="now">What deadlines are compared with.</param>
    /// <param name="mostRetries">Those that may have been sent go to the next channel so many times, and then end.</param>
    /// <param name="queue">Where the others go, in their order.</param>
    /// <param name="ended">Takes those that end.</param>
    /// <returns>Whether one that may have been sent is retried.</returns>
    public abstract bool GiveBack(long now, int mostRetries, WaitQueue queue, ref CompletionList ended);

    /// <summary>Makes the caller the one sender, unless there is one or nothing to send. Then it must call <see cref="Send"/> outside the
    /// lock.</summary>
    public abstract bool TryClaim();

    /// <summary>The same, also when there is nothing to send yet, so that what is put in flight until then leaves in one send.</summary>
    public virtual bool TryHold() => false;

    /// <summary>Sends what was put in flight; never blocks and never throws. Outside the lock, by the one that claimed it.</summary>
    /// <param name="here">False leaves it to the thread pool, so that more requests join.</param>
    /// <returns>True when the kernel reported that no process listens at the peer's port; the claim is given back then.</returns>
    public abstract bool Send(bool here);

    /// <summary>Says why it is given up, to whatever observes its socket.</summary>
    public virtual void Note(DisconnectReason reason)
    {
    }

    /// <summary>Ends both directions; the receiver then closes the socket.</summary>
    public abstract void Close();
}

/// <summary>What a receive led to besides completions.</summary>
/// <param name="End">Why the channel must be given up, or null.</param>
/// <param name="Event">What is to report, or null.</param>
internal readonly record struct MatchResult(DisconnectReason? End, ConnectionEvent? Event = null);

/// <summary>What a channel gets from its core.</summary>
/// <param name="Lock">Guards the core and all its channels.</param>
/// <param name="Notifier">Notifies observers.</param>
/// <param name="Timer">The clock that deadlines are on.</param>
internal sealed record ChannelContext(Lock Lock, CompletionNotifier Notifier, DeadlineTimer Timer);

/// <summary>Opens the channels of one client: all that a transport adds to the core.</summary>
internal abstract class ChannelOpener
{
    /// <summary>What a failure to open is called: <c>cannot connect to 127.0.0.1:5656</c>.</summary>
    public abstract string Failure { get; }

    /// <summary>One attempt to connect a socket.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    public abstract Task<ConnectResult> ConnectAsync(CancellationToken stop);

    /// <summary>Makes a channel of a connected socket. Under the core's lock.</summary>
    public abstract Channel Open(ConnectResult connected, ChannelContext context);

    /// <summary>Starts to receive on a channel, and to drive the core with it.</summary>
    public abstract void Receive(Channel channel, RequestCore core);
}

/// <summary>How a core behaves.</summary>
/// <param name="Client">The client's type, which exceptions name.</param>
/// <param name="RequestTimeout">How long a request may take; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
/// <param name="MaxInFlight">How many requests a channel carries at a time.</param>
/// <param name="ResendLost">Whether requests that a lost channel may have sent go to the next one.</param>
/// <param name="RetryEnded">Whether they do when the peer ended the channel in order.</param>
/// <param name="WaitForReady">Whether requests wait for a channel while attempts to open one are held back.</param>
/// <param name="InitialBackOff">The pause after the first failed attempt.</param>
/// <param name="MaxBackOff">The longest pause.</param>
/// <param name="FirstNumber">The number of the first request, from 1.</param>
internal sealed record CoreOptions(
    Type Client, TimeSpan RequestTimeout, int MaxInFlight, bool ResendLost, bool RetryEnded, bool WaitForReady,
    TimeSpan InitialBackOff, TimeSpan MaxBackOff, long FirstNumber = 1);
