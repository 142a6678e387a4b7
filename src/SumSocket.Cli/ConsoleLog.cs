using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace SumSocket.Cli;

/// <summary>The log of a console program: on stderr, one line an event, with the time in UTC.</summary>
public static class ConsoleLog
{
    // Enough for a burst of some thousand connections; what a stalled reader makes overflow is dropped and counted.
    private const int QueueLength = 8192;

    /// <summary>A log that opens with its first line. Disposing it writes what is still queued, for a bounded time.</summary>
    /// <param name="level">The least level to log.</param>
    public static ILoggerFactory Create(LogLevel level) => new DeferredLoggerFactory(level, QueueLength, () => Open(level));

    private static ILoggerFactory Open(LogLevel level) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(level);
        builder.AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            format.ColorBehavior = UseColor ? LoggerColorBehavior.Enabled : LoggerColorBehavior.Disabled;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.MaxQueueLength = QueueLength;
            // The default, waiting for room, would let whoever reads the log stop the service by not reading it.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    });

    // https://no-color.org: present and not empty.
    private static bool UseColor => !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
