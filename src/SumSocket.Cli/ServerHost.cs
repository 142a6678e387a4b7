using System.Net;
using System.Text;
using SumSocket.Cli.Logging;

namespace SumSocket.Cli;

/// <summary>One life of a server program: from bound addresses to the exit code.</summary>
/// <param name="transport">What the addresses are announced with, <c>tcp</c> or <c>udp</c>.</param>
/// <param name="start">Binds and returns the addresses.</param>
/// <param name="completion">Once started: ends when the server does, for whatever reason.</param>
/// <param name="stop">Stops it in good order.</param>
/// <param name="idle">Ends when the server has had nothing to do for as long as it should wait; null when it waits for ever.</param>
internal sealed class ServerHost(
    string transport, Func<IReadOnlyList<IPEndPoint>> start, Func<Task> completion, Func<Task> stop, Task? idle = null)
{
    /// <summary>Serves until a signal, or until the server is idle, and returns one of <see cref="ExitCode"/>.</summary>
    /// <param name="loggers">Where the program's own log goes.</param>
    public async Task<int> RunAsync(ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger("Server");
        TaskScheduler.UnobservedTaskException += (_, fault) => ServerHostLog.UnobservedException(logger, fault.Exception);
        using StopSignal signal = new();
        IReadOnlyList<IPEndPoint> bound = start();
        try
        {
            Announce(bound, logger);
            if (await EndedByItselfAsync(signal.Token).ConfigureAwait(false))
                return ExitCode.InternalFault; // which the library has logged; a supervisor starts the program again
            return ExitCode.Success;
        }
        finally
        {
            await stop().ConfigureAwait(false);
        }
    }

    /// <summary>Prints where the server accepts, for the person or script that started it.</summary>
    private void Announce(IReadOnlyList<IPEndPoint> bound, ILogger logger)
    {
        StringBuilder lines = new();
        foreach (IPEndPoint endPoint in bound)
            lines.Append("listening on ").Append(transport).Append(' ').Append(endPoint).Append('\n');
        using Stream output = StandardOutput.Open();
        output.Write(Encoding.ASCII.GetBytes(lines.ToString()));
        output.Flush();
        if (bound.Any(endPoint => !IPAddress.IsLoopback(endPoint.Address)))
            ServerHostLog.BeyondLoopback(logger);
    }

    private async Task<bool> EndedByItselfAsync(CancellationToken stopping)
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = stopping.Register(stopped.SetResult);
        Task served = completion();
        return await Task.WhenAny(served, stopped.Task, idle ?? stopped.Task).ConfigureAwait(false) == served;
    }
}
