namespace SumSocket.Server.Tcp;

/// <summary>All log messages of the TCP server. Event ids 100 to 199.</summary>
internal static partial class SumTcpServerLog
{
    [LoggerMessage(100, LogLevel.Debug, "Listening on {EndPoint}")]
    public static partial void Listening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(101, LogLevel.Warning,
        "At most {Limit} {LimitNoun} instead of {Wanted}: this process may open only {OpenFiles} {OpenFilesNoun}")]
    public static partial void FewerConnections(
        ILogger logger, long limit, string limitNoun, int wanted, long openFiles, string openFilesNoun);

    [LoggerMessage(102, LogLevel.Warning,
        "TCP_USER_TIMEOUT does not exist on this system: a peer that vanishes with answers in flight is noticed late")]
    public static partial void NoUserTimeout(ILogger logger);

    [LoggerMessage(110, LogLevel.Information, "#{Connection} opened by {Peer}")]
    public static partial void ConnectionOpened(ILogger logger, long connection, EndPoint? peer);

    [LoggerMessage(111, LogLevel.Information,
        "#{Connection} closed: {Reason} ({By}, {Phase}), {Requests} {RequestsNoun} ({Errors} {ErrorsNoun}) in {Seconds:F1} s")]
    public static partial void ConnectionClosed(
        ILogger logger, long connection, string reason, string by, string phase, long requests, string requestsNoun, long errors,
        string errorsNoun, double seconds);

    [LoggerMessage(112, LogLevel.Error, "#{Connection} failed")]
    public static partial void ConnectionFailed(ILogger logger, long connection, Exception exception);

    [LoggerMessage(125, LogLevel.Warning, "#{Connection} is cut: {Why}")]
    public static partial void SystemFailed(ILogger logger, long connection, string why);

    [LoggerMessage(114, LogLevel.Error, "A connection was accepted and could not be served")]
    public static partial void NotTaken(ILogger logger, Exception exception);

    [LoggerMessage(113, LogLevel.Debug, "#{Connection} {Request} -> {Answer}")]
    public static partial void RequestAnswered(ILogger logger, long connection, string request, string answer);

    [LoggerMessage(115, LogLevel.Information, "#{Connection} speaks {Protocol} where JSON requests are expected")]
    public static partial void ForeignProtocol(ILogger logger, long connection, string protocol);

    [LoggerMessage(123, LogLevel.Information, "#{Connection} opened by {Peer} through {Proxy}")]
    public static partial void ConnectionForwarded(ILogger logger, long connection, EndPoint peer, EndPoint? proxy);

    [LoggerMessage(124, LogLevel.Information, "#{Connection} from {Peer} is refused by PROXY protocol: {Why}")]
    public static partial void ProxyRefused(ILogger logger, long connection, EndPoint? peer, string why);

    [LoggerMessage(120, LogLevel.Warning, "Accepting failed {Failures} {FailuresNoun} ({Reason}); next attempt in {Delay}")]
    public static partial void AcceptFailed(ILogger logger, long failures, string failuresNoun, string reason, Spelled delay);

    [LoggerMessage(121, LogLevel.Information, "Accepting again after {Failures} {FailuresNoun}")]
    public static partial void AcceptingAgain(ILogger logger, long failures, string failuresNoun);

    [LoggerMessage(122, LogLevel.Warning, "At the limit of {Limit} {LimitNoun}; further ones are answered busy")]
    public static partial void AtConnectionLimit(ILogger logger, long limit, string limitNoun);

    [LoggerMessage(130, LogLevel.Information, "Stopping: {Connections} {ConnectionsNoun} to drain within {DrainTimeout}")]
    public static partial void Draining(ILogger logger, long connections, string connectionsNoun, Spelled drainTimeout);

    [LoggerMessage(131, LogLevel.Warning, "Cutting {Connections} {ConnectionsNoun} that did not end within {DrainTimeout}")]
    public static partial void DrainTimedOut(ILogger logger, long connections, string connectionsNoun, Spelled drainTimeout);

    [LoggerMessage(132, LogLevel.Information, "Stopped after {Connections} {ConnectionsNoun} and {Requests} {RequestsNoun}")]
    public static partial void Stopped(ILogger logger, long connections, string connectionsNoun, long requests, string requestsNoun);

    [LoggerMessage(140, LogLevel.Critical, "Accepting ended without a stop")]
    public static partial void AcceptingEnded(ILogger logger, Exception? exception);

    [LoggerMessage(141, LogLevel.Error, "A sweep of the deadlines failed")]
    public static partial void SweepFailed(ILogger logger, Exception exception);
}
