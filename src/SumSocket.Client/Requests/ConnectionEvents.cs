namespace SumSocket.Client.Requests;

/// <summary>Passes events on in order, one at a time. They are posted under the lock and delivered outside it.</summary>
internal sealed class ConnectionEvents(ILogger logger)
{
    private readonly Queue<ConnectionEvent> _posted = new();
    private bool _isDelivering;

    public event Action<ConnectionEvent>? Raised;

    public void Post(ConnectionEvent connectionEvent)
    {
        lock (_posted)
            _posted.Enqueue(connectionEvent);
    }

    /// <summary>Delivers what was posted, unless another thread, or a caller further up on this one, is at it and will.</summary>
    public void Deliver()
    {
        while (TryTake() is { } connectionEvent)
        {
            TryLog(() => Log(connectionEvent));
            try
            {
                Raised?.Invoke(connectionEvent);
            }
            catch (Exception failure)
            {
                TryLog(() => logger.HandlerFailed(failure)); // a bug of the handler, which must not cost the connection
            }

            lock (_posted)
                _isDelivering = false;
        }
    }

    /// <summary>An observer of sums threw.</summary>
    public void ObserverFailed(Exception failure) => TryLog(() => logger.ObserverFailed(failure));

    /// <summary>A log that throws must cost neither the connection nor an answer; there is no place left to report it.</summary>
    private static void TryLog(Action log)
    {
        try
        {
            log();
        }
        catch (Exception)
        {
        }
    }

    private ConnectionEvent? TryTake()
    {
        lock (_posted)
        {
            if (_isDelivering || !_posted.TryDequeue(out ConnectionEvent? connectionEvent))
                return null;
            _isDelivering = true;
            return connectionEvent;
        }
    }

    private void Log(ConnectionEvent happened)
    {
        switch (happened.Kind)
        {
            case ConnectionEventKind.Connected:
                logger.Connected(happened.RemoteEndPoint, happened.Attempt);
                break;
            case ConnectionEventKind.ConnectFailed:
                logger.ConnectFailed(happened.RemoteEndPoint, happened.Reason, happened.Attempt, new Spelled(happened.RetryIn));
                break;
            case ConnectionEventKind.Closed:
                logger.Closed(happened.RemoteEndPoint, happened.Reason);
                break;
            default:
                logger.Lost(happened.RemoteEndPoint, happened.Describe());
                break;
        }
    }
}

/// <summary>Everything the clients log: what happens to connections, nothing about single requests.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(300, LogLevel.Debug, "Connected to {RemoteEndPoint} at attempt {Attempt}")]
    public static partial void Connected(this ILogger logger, IPEndPoint? remoteEndPoint, int attempt);

    [LoggerMessage(301, LogLevel.Debug, "Cannot connect to {RemoteEndPoint}: {Reason} (attempt {Attempt}, next in {RetryIn})")]
    public static partial void ConnectFailed(this ILogger logger, IPEndPoint? remoteEndPoint, string reason, int attempt, Spelled retryIn);

    [LoggerMessage(302, LogLevel.Debug, "Lost the connection to {RemoteEndPoint}: {Reason}")]
    public static partial void Lost(this ILogger logger, IPEndPoint? remoteEndPoint, string reason);

    [LoggerMessage(305, LogLevel.Debug, "Closed the connection to {RemoteEndPoint}: {Reason}")]
    public static partial void Closed(this ILogger logger, IPEndPoint? remoteEndPoint, string reason);

    [LoggerMessage(303, LogLevel.Error, "A handler of ConnectionChanged threw")]
    public static partial void HandlerFailed(this ILogger logger, Exception failure);

    [LoggerMessage(304, LogLevel.Error, "An observer of sums threw")]
    public static partial void ObserverFailed(this ILogger logger, Exception failure);

    [LoggerMessage(309, LogLevel.Debug,
        "Closed: {Sent} {SentNoun} sent, {Repeated} of them repeated, {SendFailed} not to be sent; of {Received} {ReceivedNoun} received "
        + "{Answered} {AnsweredNoun}, {Late} late, {Duplicates} doubled, {Foreign} foreign, {Malformed} malformed; "
        + "{Reordered} reordered; refused: {Refused}")]
    public static partial void UdpClosed(
        this ILogger logger, long sent, string sentNoun, long repeated, long sendFailed, long received, string receivedNoun, long answered,
        string answeredNoun, long late, long duplicates, long foreign, long malformed, long reordered, long refused);
}
