namespace SumSocket.Client.Requests;

/// <summary>Everything the clients log: what happens to connections, nothing about single requests.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(300, LogLevel.Debug, "Connected to {RemoteEndPoint} at attempt {Attempt}")]
    public static partial void Connected(this ILogger logger, IPEndPoint? remoteEndPoint, int attempt);

    [LoggerMessage(301, LogLevel.Debug, "Cannot connect to {RemoteEndPoint}: {Reason} (attempt {Attempt}, next in {RetryIn})")]
    public static partial void ConnectFailed(this ILogger logger, IPEndPoint? remoteEndPoint, string reason, int attempt, TimeSpan retryIn);

    [LoggerMessage(302, LogLevel.Debug, "Lost the connection to {RemoteEndPoint}: {Reason}")]
    public static partial void Lost(this ILogger logger, IPEndPoint? remoteEndPoint, string reason);

    [LoggerMessage(303, LogLevel.Error, "A handler of ConnectionChanged threw")]
    public static partial void HandlerFailed(this ILogger logger, Exception failure);

    [LoggerMessage(304, LogLevel.Error, "An observer of sums threw")]
    public static partial void ObserverFailed(this ILogger logger, Exception failure);

    [LoggerMessage(309, LogLevel.Debug, "Closed: {Sent} requests sent, {Repeated} of them repeated, {SendFailed} not to be sent; of {Received} datagrams received "
        + "{Answered} answers, {Late} late, {Duplicates} doubled, {Foreign} foreign, {Malformed} malformed; {Reordered} reordered; refused: {Refused}")]
    public static partial void UdpClosed(
        this ILogger logger, long sent, long repeated, long sendFailed, long received, long answered, long late, long duplicates, long foreign,
        long malformed, long reordered, long refused);
}
