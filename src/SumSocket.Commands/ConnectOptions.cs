using System.CommandLine;
using Microsoft.Extensions.Logging;
using SumSocket.Cli.Logging;
using SumSocket.Cli.Options;
using SumSocket.Cli.Terminal;

namespace SumSocket.Commands;

/// <summary>The options of every command that asks a server: whom to ask and how patiently.</summary>
internal sealed class ConnectOptions(Transport transport)
{
    private readonly Option<string> _ip = AddressOptions.Server();
    private readonly Option<int> _port = AddressOptions.Port(min: 1);
    private readonly Option<Duration> _timeout = CliOption.Duration(
        "--timeout", [], new Duration(TimeSpan.FromSeconds(30)),
        "How long a question waits for its answer" + (transport.BenchTimeout is { } bench ? $"; bench: {new Duration(bench)} by default" : ""), "for ever");
    private readonly Option<bool> _loopback = CliOption.Flag(
        "--loopback", [], "Asks a private server inside this process, on a free port of 127.0.0.1, instead of --ip and --port");

    public Transport Transport => transport;

    private Option[] All => [_ip, _port, _timeout, .. transport.Options, _loopback];

    public LogOptions Log { get; } = new(LogLevel.Warning, "ping: prints no line for each round, only the summary; bench: shows only the result, not how it goes");

    /// <summary>Adds them to a command that asks, but not to those below it: there are some that ask nobody, whose help would list them.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_loopback) && (CliOption.IsGiven(result, _ip) || CliOption.IsGiven(result, _port)))
                result.AddError("--loopback: asks its own server: leave --ip and --port out");
        });
    }

    /// <summary>Refuses these options, which the root has, in front of a command that asks no server.</summary>
    public void ForbidWith(Command command) => CliOption.Forbid(command, All, "asking a server");

    /// <summary>Runs what asks the server that the options name, with a log and under the stop signals.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="run">Asks, until it is done or the first signal cancels its token, and tells the exit code.</param>
    public async Task<int> RunAsync(ParseResult parsed, Func<ServerTarget, CancellationToken, Task<int>> run)
    {
        using ILoggerFactory loggers = ConsoleLog.CreateDeferred(Log.Level(parsed));
        using StopSignal signal = new();
        ServerTarget target = ServerTarget.Open(transport, Bind(parsed, loggers), parsed.GetValue(_loopback));
        await using (target.ConfigureAwait(false))
            return await run(target, signal.Token).ConfigureAwait(false);
    }

    /// <summary>What the options mean to a client.</summary>
    public ClientSettings Bind(ParseResult parsed, ILoggerFactory loggers) =>
        new(parsed.GetRequiredValue(_ip), parsed.GetValue(_port), parsed.GetValue(_timeout).Value, parsed, loggers);

    /// <summary>The same to the clients of a bench.</summary>
    public ClientSettings BindForBench(ParseResult parsed, ClientSettings settings) =>
        transport.BenchTimeout is { } timeout && !CliOption.IsGiven(parsed.CommandResult, _timeout) ? settings with { RequestTimeout = timeout } : settings;
}
