using Microsoft.Extensions.Logging;

namespace SumSocket.Cli.Logging;

/// <summary>What a server program itself logs; the traffic is logged by its library. Event ids 1 to 9.</summary>
internal static partial class ServerHostLog
{
    [LoggerMessage(1, LogLevel.Warning, "Listening beyond this machine, without TLS: anybody on the way can read and change the traffic")]
    public static partial void BeyondLoopback(ILogger logger);

    [LoggerMessage(2, LogLevel.Error, "A task failed and nobody looked")]
    public static partial void UnobservedException(ILogger logger, Exception exception);
}
