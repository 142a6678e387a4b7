using Microsoft.Extensions.Logging;

namespace SumSocket.Apps;

/// <summary>What the server program itself logs; the connections are logged by the library.</summary>
internal static partial class TcpServerLog
{
    [LoggerMessage(1, LogLevel.Warning, "Listening beyond this machine, without TLS: anybody on the way can read and change the traffic")]
    public static partial void BeyondLoopback(ILogger logger);

    [LoggerMessage(2, LogLevel.Error, "A task failed and nobody looked")]
    public static partial void UnobservedException(ILogger logger, Exception exception);
}
