using System.Net;
using System.Net.Sockets;
using SumSocket.Cli.Logging;
using SumSocket.Cli.Metrics;
using SumSocket.Cli.Options;
using SumSocket.Cli.Service;
using SumSocket.Sockets;

namespace SumSocket.Cli;

/// <summary>What the server programs share: where to listen, the log, and the way from bound addresses to the exit code.</summary>
/// <typeparam name="TBindException">What <see cref="HostedServer.Start"/> throws when an address cannot be bound.</typeparam>
/// <param name="transport">What the addresses are announced with, <c>tcp</c> or <c>udp</c>.</param>
internal sealed class ServerHost<TBindException>(string transport)
    where TBindException : Exception
{
    private readonly Option<string[]> _ip = AddressOptions.Listen();
    private readonly Option<int> _port = AddressOptions.Port(min: 0);
    private readonly OtlpOption _otlp = new();
    private readonly CaptureOption _capture = new();
    private readonly LogOptions _log = new(LogLevel.Information, _ => "Logs warnings and errors only");

    private string Program => transport == "tcp" ? "TcpServer" : "UdpServer";

    /// <summary>The command line of a server: the shared options, and <paramref name="options"/> between them.</summary>
    /// <param name="description">What it does.</param>
    /// <param name="options">Its own options.</param>
    /// <param name="prepare">Prepares a capture; called only where one is wanted.</param>
    /// <param name="create">Makes the server.</param>
    public RootCommand CreateCommand(
        string description, Option[] options, CapturePreparation prepare, Func<ParseResult, Places, ILoggerFactory, HostedServer> create)
    {
        RootCommand root = new(description);
        foreach (Option option in (Option[])[_ip, _port, .. options, _capture.Option, _otlp.Option])
            root.Add(option);
        _log.AddTo(root);
        root.SetAction((parsed, _) => RunAsync(parsed, prepare, create));
        return root;
    }

    /// <summary>Serves until a signal, or until the server is idle, and returns one of <see cref="ExitCode"/>.</summary>
    private async Task<int> RunAsync(
        ParseResult parsed, CapturePreparation prepare, Func<ParseResult, Places, ILoggerFactory, HostedServer> create)
    {
        long start = TimeProvider.System.GetTimestamp();
        OtlpSettings? otlp = _otlp.Bind(parsed, Environment.GetEnvironmentVariable);
        Places places = await FindPlacesAsync(parsed).ConfigureAwait(false);
        using ICapture? capture = _capture.Bind(parsed) is { } file ? prepare(file, places.All) : null;
        places = places with { Observer = capture?.Observer };
        using ILoggerFactory loggers = ConsoleLog.Create(_log.Level(parsed));
        HostedServer server = create(parsed, places, loggers);
        ILogger logger = loggers.CreateLogger("Server");
        TaskScheduler.UnobservedTaskException += (_, fault) => ServerHostLog.UnobservedException(logger, fault.Exception);
        using StopSignal signal = new(withHangUp: server.Reload is null);
        using StatusSignal status = new(() =>
        {
            Duration up = new(TimeSpan.FromSeconds((long)TimeProvider.System.GetElapsedTime(start).TotalSeconds));
            return $"{Program}: up {up}: {server.Snapshot()}";
        });
        using ServiceNotifier manager = new(
            Environment.GetEnvironmentVariable, server.Status, isAlive: () => !server.Completion().IsCompleted);
        using ReloadSignal? reload = server.Reload is { } read ? new ReloadSignal(read, manager) : null;
        await using (server.Server.ConfigureAwait(false)) // within the signals: the second one ends a long drain
        {
            IReadOnlyList<IPEndPoint> bound = Start(server);
            capture?.Begin(bound, why => ServerHostLog.CaptureFailed(logger, why)); // no client knows yet that it is there
            using IDisposable? export = otlp is null ? null : Export(otlp, loggers);
            Announce(bound, server.IsEncrypted, logger);
            manager.Ready();
            Task served = server.Completion();
            Task stopped = Task.Delay(Timeout.Infinite, signal.Token);
            Task first = await Task.WhenAny(served, stopped, server.Idle ?? stopped).ConfigureAwait(false);
            manager.Stopping();
            await server.Stop().ConfigureAwait(false); // ahead of the last export, and that ahead of its disposal, which ends its metrics
            if (capture?.End() is { } captured)
                ServerHostLog.Captured(logger, captured);
            // A server that ends by itself has logged why; a supervisor starts the program again.
            return first == served ? ExitCode.InternalFault : ExitCode.Success;
        }
    }

    /// <summary>The sockets that a service manager has made, or else the addresses to listen on.</summary>
    private async Task<Places> FindPlacesAsync(ParseResult parsed)
    {
        IReadOnlyList<Socket> inherited = InheritedSockets.Take(
            transport == "tcp" ? SocketType.Stream : SocketType.Dgram, Environment.GetEnvironmentVariable);
        if (inherited.Count == 0)
            return new Places(await AddressOptions.ResolveAsync(
                parsed.GetRequiredValue(_ip), parsed.GetValue(_port), Socket.OSSupportsIPv6).ConfigureAwait(false), []);
        if (CliOption.IsGiven(parsed.CommandResult, _ip) || CliOption.IsGiven(parsed.CommandResult, _port))
            throw new CommandFailedException(
                ExitCode.Usage, "--ip, --port: the service manager has bound its own addresses: leave these out (see --help)");
        return new Places([], inherited);
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

    private MetricsExport Export(OtlpSettings otlp, ILoggerFactory loggers) =>
        new(otlp, Program, loggers.CreateLogger("Metrics"));

    /// <summary>Prints where the server accepts, for the person or script that started it. It serves also where that cannot be
    /// printed.</summary>
    private void Announce(IReadOnlyList<IPEndPoint> bound, bool isEncrypted, ILogger logger)
    {
        try
        {
            using Stream output = StandardOutput.Open();
            StandardOutput.Write(output, string.Concat(bound.Select(endPoint => $"listening on {transport} {endPoint}\n")));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            ServerHostLog.NotAnnounced(logger, failure.Message);
        }

        if (!isEncrypted && bound.Any(endPoint => !IPAddress.IsLoopback(endPoint.Address)))
            ServerHostLog.BeyondLoopback(logger);
    }
}

/// <summary>A server as its program runs it.</summary>
/// <param name="Server">Stopped when it is disposed.</param>
/// <param name="Start">Binds and returns the addresses.</param>
/// <param name="Stop">Stops in good order; may be called again.</param>
/// <param name="Completion">Once started: ends when the server does, for whatever reason.</param>
/// <param name="Idle">Ends when the server has had nothing to do for as long as it should wait; null when it waits for ever.</param>
internal sealed record HostedServer(
    IAsyncDisposable Server, Func<IReadOnlyList<IPEndPoint>> Start, Func<Task> Stop, Func<Task> Completion, Task? Idle = null)
{
    /// <summary>Whether its traffic is encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Reads its files again, while it runs; null when it has none. Never throws.</summary>
    public Action? Reload { get; init; }

    /// <summary>How it is, in a few words for a service manager.</summary>
    public required Func<string> Status { get; init; }

    /// <summary>How it is and what it has done, in a line for people.</summary>
    public required Func<string> Snapshot { get; init; }
}

/// <summary>Where a server listens: at addresses, or on sockets that a service manager has made.</summary>
internal sealed record Places(IReadOnlyList<IPEndPoint> EndPoints, IReadOnlyList<Socket> Inherited)
{
    /// <summary>What sees the server's sockets; null for nothing.</summary>
    public ISocketObserver? Observer { get; init; }

    /// <summary>The addresses, whichever of both.</summary>
    public IReadOnlyList<IPEndPoint> All =>
        Inherited.Count == 0 ? EndPoints : [.. Inherited.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];
}

/// <summary>What a server program itself logs; the traffic is logged by its library. Event ids 400 to 499.</summary>
internal static partial class ServerHostLog
{
    [LoggerMessage(
        400, LogLevel.Warning, "Listening beyond this machine, without TLS: whatever lies on the path can read and change the traffic")]
    public static partial void BeyondLoopback(ILogger logger);

    [LoggerMessage(401, LogLevel.Error, "Unobserved task exception")]
    public static partial void UnobservedException(ILogger logger, Exception exception);

    [LoggerMessage(402, LogLevel.Information, "Captured {What}")]
    public static partial void Captured(ILogger logger, string what);

    [LoggerMessage(404, LogLevel.Warning, "Serving, although standard output does not take where: {Why}")]
    public static partial void NotAnnounced(ILogger logger, string why);

    [LoggerMessage(403, LogLevel.Error, "The capture has ended, the server goes on: {Why}")]
    public static partial void CaptureFailed(ILogger logger, string why);
}
