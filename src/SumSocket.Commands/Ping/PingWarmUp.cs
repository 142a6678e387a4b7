using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;

namespace SumSocket.Commands.Ping;

/// <summary>Pings a private server inside the process, so that the runtime has compiled the client before it measures: else the first
/// rounds would take ten milliseconds and more. It shows in no figure.</summary>
internal static class PingWarmUp
{
    private const int Rounds = 3;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(1); // where loopback answers it takes a tenth

    public static Task RunAsync(ClientProgram program, ClientSettings settings, PingOptions options, CancellationToken stop)
    {
        options = options with
        {
            Interval = TimeSpan.FromTicks(Math.Min(options.Interval.Ticks, TimeSpan.TicksPerMillisecond)),
            Count = Rounds,
            Deadline = Timeout.InfiniteTimeSpan,
        };
        return RunAsync(program, settings, (server, limit) => PingAsync(program.CreateProbe(server), options, limit), stop);
    }

    /// <summary>The same with another use of the server.</summary>
    public static async Task RunAsync(
        ClientProgram program, ClientSettings settings, Func<ClientSettings, CancellationToken, Task> use, CancellationToken stop)
    {
        if (!RuntimeFeature.IsDynamicCodeCompiled)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_longest);
        settings = settings with { Loggers = NullLoggerFactory.Instance, Observer = null, IsWarmUp = true };
        try
        {
            if (program.StartWarmUpServer(settings.Parsed, settings.Loggers) is not { } server)
                return;
            await using (server.Server.ConfigureAwait(false))
            {
                await use(settings with { Host = server.EndPoint.Address.ToString(), Port = server.EndPoint.Port }, limit.Token)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is not ArgumentException) // that would be a fault of this program
        {
            // No loopback, no file to be had, a stop: the ping itself says what is wrong.
        }
    }

    private static async Task PingAsync(ISumClient client, PingOptions options, CancellationToken limit)
    {
        await using (client.ConfigureAwait(false))
        {
            await client.ConnectAsync(limit).ConfigureAwait(false);
            PingProbe probe = new(client, options);
            await foreach (PingEvent _ in probe.RunAsync(limit).ConfigureAwait(false))
            {
            }
        }
    }
}
