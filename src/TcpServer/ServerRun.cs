using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using SumSocket.Cli;
using SumSocket.Server;
using SumSocket.Server.Tcp;

namespace SumSocket.Apps;

/// <summary>One life of the server: from bound addresses to the exit code.</summary>
internal static class ServerRun
{
    public static async Task<int> RunAsync(SumTcpServerOptions options, ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger("TcpServer");
        TaskScheduler.UnobservedTaskException += (_, fault) => TcpServerLog.UnobservedException(logger, fault.Exception);
        using StopSignal signal = new();
        SumTcpServer server = new(options, loggers);
        IReadOnlyList<IPEndPoint> bound = Start(server);
        await using (server.ConfigureAwait(false))
        {
            Announce(bound, logger);
            if (await EndedByItselfAsync(server.Completion, signal.Token).ConfigureAwait(false))
                return ExitCode.InternalFault; // which the library has logged; a supervisor starts the program again

            await server.StopAsync().ConfigureAwait(false);
            return ExitCode.Success;
        }
    }

    private static IReadOnlyList<IPEndPoint> Start(SumTcpServer server)
    {
        try
        {
            return server.Start();
        }
        catch (SumBindException failure)
        {
            throw new CommandFailedException(ExitCode.Unreachable, failure.Message);
        }
    }

    /// <summary>Tells whoever started the server, a person or a script, where it accepts.</summary>
    private static void Announce(IReadOnlyList<IPEndPoint> bound, ILogger logger)
    {
        StringBuilder lines = new();
        foreach (IPEndPoint endPoint in bound)
            lines.Append("listening on tcp ").Append(endPoint).Append('\n');
        using Stream output = StandardOutput.Open();
        output.Write(Encoding.ASCII.GetBytes(lines.ToString()));
        output.Flush();
        if (bound.Any(endPoint => !IPAddress.IsLoopback(endPoint.Address)))
            TcpServerLog.BeyondLoopback(logger);
    }

    private static async Task<bool> EndedByItselfAsync(Task completion, CancellationToken stop)
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = stop.Register(stopped.SetResult);
        return await Task.WhenAny(completion, stopped.Task).ConfigureAwait(false) == completion;
    }
}
