using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using SumSocket.Cli;
using SumSocket.Cli.Logging;
using SumSocket.Cli.Options;
using SumSocket.Server;
using SumSocket.Server.Udp;

namespace SumSocket.Apps;

/// <summary>The command line of the server: options in, one library call out.</summary>
internal sealed class UdpServerCommand
{
    private static readonly SumUdpServerOptions _defaults = new();

    private readonly Option<string[]> _ip = AddressOptions.Listen();
    private readonly Option<int> _port = AddressOptions.Port(min: 0);
    private readonly Option<Duration> _timeout = CliOption.Duration(
        "--timeout", [], new Duration(_defaults.IdleTimeout), "Ends the server when no datagram came for this long", "never");
    private readonly LogOptions _log = new(LogLevel.Information, "Logs warnings and errors only");

    public UdpServerCommand()
    {
        Root = new RootCommand(
            """
            Answers sums over UDP: a datagram {"A":7,"B":4,"Id":1} gets {"Sum":11,"Id":1}. What is no request gets no answer.

            Prints 'listening on udp ADDRESS:PORT' for each address when it receives there; the log goes to stderr, with -v each datagram. SIGINT and
            SIGTERM answer what is in the queue, tell what became of all datagrams and exit 0; a second signal ends it at once.
            Exit codes: 0 stopped, 2 wrong usage, 5 cannot listen, 70 internal fault.
            """)
        {
            _ip, _port, _timeout,
        };
        _log.AddTo(Root);
        Root.SetAction(RunAsync);
    }

    public RootCommand Root { get; }

    /// <summary>What the options mean to the library.</summary>
    public SumUdpServerOptions Bind(ParseResult parsed, IReadOnlyList<IPEndPoint> endPoints) => new()
    {
        EndPoints = endPoints,
        IdleTimeout = parsed.GetValue(_timeout).Value,
    };

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPEndPoint> endPoints = await ListenAddresses.ResolveAsync(
            parsed.GetRequiredValue(_ip), parsed.GetValue(_port), System.Net.Sockets.Socket.OSSupportsIPv6).ConfigureAwait(false);
        using ILoggerFactory loggers = ConsoleLog.Create(_log.Level(parsed));
        SumUdpServer server = new(Bind(parsed, endPoints), loggers);
        await using (server.ConfigureAwait(false))
        {
            return await new ServerHost("udp", () => Start(server), () => server.Completion, server.StopAsync, server.Idle)
                .RunAsync(loggers).ConfigureAwait(false);
        }
    }

    private static IReadOnlyList<IPEndPoint> Start(SumUdpServer server)
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
}
