using System.CommandLine;
using Microsoft.Extensions.Logging;
using SumSocket.Cli;
using SumSocket.Client.Tcp;

namespace SumSocket.Apps;

/// <summary>The options of every client command: whom to ask and how patiently.</summary>
internal sealed class ConnectOptions
{
    private static readonly SumTcpClientOptions _defaults = new();

    private readonly Option<string> _ip = AddressOptions.Server();
    private readonly Option<int> _port = AddressOptions.Port(min: 1);
    private readonly Option<Duration> _timeout = CliOption.Duration(
        "--timeout", [], new Duration(_defaults.RequestTimeout), "How long a question waits for its answer", "for ever");
    private readonly Option<Duration> _connectTimeout = CliOption.Duration(
        "--connect-timeout", [], new Duration(_defaults.ConnectTimeout), "How long one attempt to connect may take", "as long as the system tries");
    private readonly Option<bool> _loopback = CliOption.Flag(
        "--loopback", [], "Asks a private server inside this process, on a free port of 127.0.0.1, instead of --ip and --port");

    public LogOptions Log { get; } = new(LogLevel.Warning, "Prints no line for each round, only the summary");

    /// <summary>Adds them to a command and all below it.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_ip, _port, _timeout, _connectTimeout, _loopback])
        {
            option.Recursive = true;
            command.Add(option);
        }

        Log.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_loopback) && (result.GetResult(_ip) is { Implicit: false } || result.GetResult(_port) is { Implicit: false }))
                result.AddError("--loopback: asks its own server: leave --ip and --port out");
        });
    }

    public bool UsesLoopback(ParseResult parsed) => parsed.GetValue(_loopback);

    /// <summary>What the options mean to the library.</summary>
    public SumTcpClientOptions Bind(ParseResult parsed) => new()
    {
        Host = parsed.GetRequiredValue(_ip),
        Port = parsed.GetValue(_port),
        RequestTimeout = parsed.GetValue(_timeout).Value,
        ConnectTimeout = parsed.GetValue(_connectTimeout).Value,
        VerifySums = true,
    };
}
