using System.Net;
using System.Net.Sockets;
using SumSocket.Cli.Logging;
using SumSocket.Cli.Options;

namespace SumSocket.Cli;

/// <summary>What the server programs share: where to listen, the log, and the way from bound addresses to the exit code.</summary>
/// <typeparam name="TBindException">What <see cref="HostedServer.Start"/> throws when an address cannot be bound.</typeparam>
/// <param name="transport">What the addresses are announced with, <c>tcp</c> or <c>udp</c>.</param>
internal sealed class ServerHost<TBindException>(string transport)
    where TBindException : Exception
{
    private readonly Option<string[]> _ip = AddressOptions.Listen();
    private readonly Option<int> _port = AddressOptions.Port(min: 0);
    private readonly LogOptions _log = new(LogLevel.Information, "Logs warnings and errors only");

    /// <summary>The command line of a server: the shared options, and <paramref name="options"/> between them.</summary>
    public RootCommand CreateCommand(
        string description, Option[] options, Func<ParseResult, IReadOnlyList<IPEndPoint>, ILoggerFactory, HostedServer> create)
    {
        RootCommand root = new(description);
        foreach (Option option in (Option[])[_ip, _port, .. options])
            root.Add(option);
        _log.AddTo(root);
        root.SetAction((parsed, _) => RunAsync(parsed, create));
        return root;
    }

    /// <summary>Serves until a signal, or until the server is idle, and returns one of <see cref="ExitCode"/>.</summary>
    private async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, IReadOnlyList<IPEndPoint>, ILoggerFactory, HostedServer> create)
    {
        IReadOnlyList<IPEndPoint> endPoints = await AddressOptions.ResolveAsync(
            parsed.GetRequiredValue(_ip), parsed.GetValue(_port), Socket.OSSupportsIPv6).ConfigureAwait(false);
        using ILoggerFactory loggers = ConsoleLog.Create(_log.Level(parsed));
        HostedServer server = create(parsed, endPoints, loggers);
        ILogger logger = loggers.CreateLogger("Server");
        TaskScheduler.UnobservedTaskException += (_, fault) => ServerHostLog.UnobservedException(logger, fault.Exception);
        using StopSignal signal = new();
        using IDisposable? reload = server.Reload;
        await using (server.Server.ConfigureAwait(false)) // within the signals: the second one ends a long drain
        {
            Announce(Start(server), server.IsEncrypted, logger);
            Task served = server.Completion();
            Task stopped = Task.Delay(Timeout.Infinite, signal.Token);
            Task first = await Task.WhenAny(served, stopped, server.Idle ?? stopped).ConfigureAwait(false);
            // A server that ends by itself has logged why; a supervisor starts the program again.
            return first == served ? ExitCode.InternalFault : ExitCode.Success;
        }
    }

    private static IReadOnlyList<IPEndPoint> Start(HostedServer server)
    {
        try
        {
            return server.Start();
        }
        catch (TBindException failure)
        {
            throw new CommandFailedException(ExitCode.Unreachable, failure.Message);
        }
    }

    /// <summary>Prints where the server accepts, for the person or script that started it.</summary>
    private void Announce(IReadOnlyList<IPEndPoint> bound, bool isEncrypted, ILogger logger)
    {
        using Stream output = StandardOutput.Open();
        StandardOutput.Write(output, string.Concat(bound.Select(endPoint => $"listening on {transport} {endPoint}\n")));
        if (!isEncrypted && bound.Any(endPoint => !IPAddress.IsLoopback(endPoint.Address)))
            ServerHostLog.BeyondLoopback(logger);
    }
}

/// <summary>A server as its program runs it.</summary>
/// <param name="Server">Stops in good order when it is disposed.</param>
/// <param name="Start">Binds and returns the addresses.</param>
/// <param name="Completion">Once started: ends when the server does, for whatever reason.</param>
/// <param name="Idle">Ends when the server has had nothing to do for as long as it should wait; null when it waits for ever.</param>
internal sealed record HostedServer(
    IAsyncDisposable Server, Func<IReadOnlyList<IPEndPoint>> Start, Func<Task> Completion, Task? Idle = null)
{
    /// <summary>Whether its traffic is encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>What reads its files again while it runs; null for nothing.</summary>
    public IDisposable? Reload { get; init; }
}

/// <summary>What a server program itself logs; the traffic is logged by its library. Event ids 400 to 499.</summary>
internal static partial class ServerHostLog
{
    [LoggerMessage(
        400, LogLevel.Warning, "Listening beyond this machine, without TLS: whatever lies on the path can read and change the traffic")]
    public static partial void BeyondLoopback(ILogger logger);

    [LoggerMessage(401, LogLevel.Error, "Unobserved task exception")]
    public static partial void UnobservedException(ILogger logger, Exception exception);
}
