using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SumSocket.Capture;
using SumSocket.Cli.Logging;
using SumSocket.Cli.Metrics;
using SumSocket.Commands.Connect;
using SumSocket.Measurement;
using SumSocket.Sockets;

namespace SumSocket.Commands;

/// <summary>The options of every command that uses a server: its address and how long to wait.</summary>
internal sealed class ConnectOptions(ClientProgram program)
{
    private static readonly Duration _silencePatience = new(TimeSpan.FromSeconds(5));
    private static readonly Duration _connectPatience = new(TimeSpan.FromSeconds(10));

    private readonly ServerOptions _server = new(program);
    private readonly Option<Duration> _timeout = CliOption.Duration(
        "--timeout", [], new Duration(program.RequestTimeout), "How long a request waits for its response", "no limit")
        .ForEach((option, command) =>
        {
            option.DefaultValueFactory = _ => DefaultTimeout(program, command);
            option.Description = command == ConnectCommand.Name
                ? "How long a round may take, resolving and TLS included (such as 300ms, 10s, 1m30s; none = as long as the system tries)"
                : "How long a request waits for its response (such as 300ms, 10s, 1m30s; none = no limit)";
        });
    private readonly Option<bool> _loopback = CliOption.Flag(
        "--loopback", [], "Starts a private server inside this process, on a free port of 127.0.0.1, and uses that one");

    private readonly CaptureOption _capture = new();
    private readonly OtlpOption _otlp = new();

    public ClientProgram Program => program;

    public LogOptions Log { get; } = new(LogLevel.Warning, command => command switch
    {
        "" or "ping" or ConnectCommand.Name => "Prints only the summary, no line for each round",
        "bench" or "storm" or "idle" => "Prints only the result, no progress",
        _ => "Logs warnings and errors only",
    });

    /// <summary>Adds them to a command. They are not inherited: <c>report</c> has no server.</summary>
    /// <param name="command">The command.</param>
    /// <param name="mayCapture">Whether its packets can be captured.</param>
    /// <param name="among">The command's own argument, where the server may stand among other words; null for none.</param>
    public void AddTo(Command command, bool mayCapture = true, Argument<string[]>? among = null)
    {
        _server.AddTo(command, among);
        HashSet<string> own = [.. command.Options.Select(option => option.Name)]; // idle has a default of its own for one
        Option[] metrics = ClientProgram.MeasuresRequests(command) ? [_otlp.Option] : [];
        foreach (Option option in (Option[])[_timeout, .. program.OptionsOf(command), _loopback, .. metrics])
        {
            if (!own.Contains(option.Name))
                command.Add(option);
        }

        if (mayCapture)
            command.Add(_capture.Option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_loopback) && _server.IsGiven(result))
                result.AddError("--loopback: uses its own server: leave the other one out");
            program.Validate(result, ownServer: result.GetValue(_loopback));
        });
    }

    /// <summary>Says something beside the result of a command, in a line on stderr.</summary>
    public void Say(ParseResult parsed, string what)
    {
        Command command = parsed.CommandResult.Command;
        Console.Error.WriteLine($"{program.ProgramName}: {(command is RootCommand ? "ping" : command.Name)}: {what}");
    }

    /// <summary>Says that the file of an option is written, where the option is given and <c>-q</c> is not.</summary>
    public void SayWritten(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is { } file && !Log.IsQuiet(parsed))
            Say(parsed, $"wrote {Printable.Text(file)}");
    }

    /// <summary>Refuses, in front of a command that does not have them, options of the root and a server.</summary>
    public void Forbid(Command command, IReadOnlyList<Option> options)
    {
        CliOption.Forbid(command, [.. options.Except(command.Options)]);
        command.Validators.Add(result =>
        {
            if (!_server.IsPartOf(command) && _server.WordBefore(result) is { } word)
                result.AddError($"'{Printable.Text(word)}': {command.Name} uses no server: leave it out");
        });
    }

    /// <summary>Whether the server is a private one inside this process.</summary>
    public bool HasOwnServer(CommandResult command) => command.GetValue(_loopback);

    /// <summary>Runs a command against the server that the options name, with a log, metrics, and under the stop signals.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">The command.</param>
    /// <param name="isBrief">Whether it is over too soon for anyone to read metrics that are not exported.</param>
    public async Task<int> RunAsync(
        ParseResult parsed, Func<ServerTarget, CancellationToken, Task<int>> run, bool isBrief = false)
    {
        using ILoggerFactory loggers = ConsoleLog.Create(Log.Level(parsed), deferred: true);
        using StopSignal signal = new();
        ClientSettings settings = Bind(parsed, loggers);
        // A brief command runs as a probe every few seconds, in an environment that is meant for others.
        bool isMeasured = _otlp.IsGiven(parsed) || (!isBrief && ClientProgram.MeasuresRequests(parsed.CommandResult.Command));
        OtlpSettings? otlp = isMeasured ? _otlp.Bind(parsed, Environment.GetEnvironmentVariable) : null;
        bool isOwn = parsed.GetValue(_loopback);
        using ICapture? capture = _capture.Bind(parsed) is { } file
            ? await PrepareAsync(file, $"{program.ProgramName} {parsed.CommandResult.Command.Name}", settings, isOwn, signal.Token)
                .ConfigureAwait(false)
            : null;
        settings = settings with { Observer = capture?.Observer };
        try
        {
            return await RunAsync(parsed, settings, isOwn, capture, isMeasured, otlp, run, signal.Token).ConfigureAwait(false);
        }
        finally
        {
            if (capture?.End() is { } captured) // also of a run that failed: that is what a capture is for
                await Console.Error.WriteLineAsync($"{program.ProgramName}: captured {captured}").ConfigureAwait(false);
        }
    }

    private async Task<int> RunAsync(
        ParseResult parsed, ClientSettings settings, bool isOwn, ICapture? capture, bool isMeasured, OtlpSettings? otlp,
        Func<ServerTarget, CancellationToken, Task<int>> run, CancellationToken stop)
    {
        if (!isOwn)
        {
            capture?.Begin(servers: null, Complain);
            return await RunAsync(new ServerTarget(settings, IsOwn: false), isMeasured, otlp, run, stop).ConfigureAwait(false);
        }

        LoopbackServer own = program.StartServer(parsed, settings.Loggers, capture?.Observer);
        await using (own.Server.ConfigureAwait(false))
        {
            settings = settings with { Host = own.EndPoint.Address.ToString(), Port = own.EndPoint.Port };
            capture?.Begin([own.EndPoint], Complain);
            return await RunAsync(new ServerTarget(settings, IsOwn: true), isMeasured, otlp, run, stop).ConfigureAwait(false);
        }
    }

    private async Task<int> RunAsync(
        ServerTarget target, bool isMeasured, OtlpSettings? otlp, Func<ServerTarget, CancellationToken, Task<int>> run,
        CancellationToken stop)
    {
        using ClientMetrics? metrics = isMeasured ? Measure(target.Settings) : null;
        using IDisposable? export = otlp is null ? null : Export(otlp, target.Settings.Loggers); // ends with a last export
        return await run(target with { Metrics = metrics }, stop).ConfigureAwait(false);
    }

    private async Task<ICapture> PrepareAsync(string file, string title, ClientSettings settings, bool isOwn, CancellationToken stop)
    {
        IPEndPoint[] servers =
            isOwn ? [new IPEndPoint(IPAddress.Loopback, 0)] : await ResolveAsync(settings, stop).ConfigureAwait(false);
        return CaptureFile.Prepare(file, title, program.Name == "tcp", servers, isOwn);
    }

    private void Complain(string why) => Console.Error.WriteLine($"{program.ProgramName}: {why}");

    private static async Task<IPEndPoint[]> ResolveAsync(ClientSettings settings, CancellationToken stop)
    {
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(settings.Host, stop).ConfigureAwait(false);
            return [.. addresses.Select(address => new IPEndPoint(address, settings.Port))];
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException or OperationCanceledException)
        {
            throw new CommandFailedException(
                ExitCode.Unreachable, $"--capture: cannot find the address of '{Printable.Text(settings.Host)}'");
        }
    }

    /// <summary>The metrics of this program, of clients with these settings.</summary>
    internal ClientMetrics Measure(ClientSettings settings)
    {
        ClientMetrics metrics = new(program.Name, settings.Host, settings.Port);
        foreach (TransportMetric one in program.Metrics)
        {
            if (one.Count is { } count)
                metrics.Count(one.Name, one.Unit, one.Description, count);
            else
                metrics.Mean(one.Name, one.Unit, one.Description, one.State);
        }

        return metrics;
    }

    private MetricsExport Export(OtlpSettings otlp, ILoggerFactory loggers) =>
        new(otlp, program.ProgramName, loggers.CreateLogger("Metrics"));

    /// <summary>What the options mean to a client.</summary>
    public ClientSettings Bind(ParseResult parsed, ILoggerFactory loggers)
    {
        (string host, int port) = _server.Bind(parsed);
        return new ClientSettings(host, port, TimeoutOf(parsed), parsed, loggers);
    }

    /// <summary>The time-out, or the default of this command.</summary>
    public TimeSpan TimeoutOf(ParseResult parsed) => CliOption.IsGiven(parsed.CommandResult, _timeout)
        ? parsed.GetValue(_timeout).Value
        : DefaultTimeout(program, parsed.CommandResult.Command.Name).Value;

    private static Duration DefaultTimeout(ClientProgram program, string command) => command switch
    {
        "bench" when program.BenchTimeout is { } shorter => new Duration(shorter),
        "idle" => _silencePatience,
        ConnectCommand.Name => _connectPatience,
        _ => new Duration(program.RequestTimeout),
    };
}

/// <summary>The server that a command uses, in its client's settings, and whether it is a private one inside the process.</summary>
internal sealed record ServerTarget(ClientSettings Settings, bool IsOwn)
{
    /// <summary>Where the command measures what it does; null for nowhere.</summary>
    public ClientMetrics? Metrics { get; init; }

    /// <summary>The address for people: <c>127.0.0.1:5656</c>, <c>[::1]:5656</c>.</summary>
    public string Name => HostAndPort.Format(Settings.Host, Settings.Port);

    /// <summary>What a result says of a run of a program against it.</summary>
    public RunInfo Describe(ClientProgram program) => new(program.ProgramName, RunInfo.OwnVersion, program.Name, Name, IsOwn);
}
