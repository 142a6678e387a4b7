namespace SumSocket.Cli.Logging;

/// <summary>What a server program itself logs; the traffic is logged by its library. Event ids 400 to 499.</summary>
internal static partial class ServerHostLog
{
    [LoggerMessage(400, LogLevel.Warning, "Listening beyond this machine, without TLS: whatever lies on the path can read and change the traffic")]
    public static partial void BeyondLoopback(ILogger logger);

    [LoggerMessage(401, LogLevel.Error, "Unobserved task exception")]
    public static partial void UnobservedException(ILogger logger, Exception exception);
}
