using SumSocket.Capture;
using SumSocket.Server;
using SumSocket.Server.Tcp;
using SumSocket.Sockets;

namespace SumSocket.Apps;

/// <summary>The command line of the server: options in, one library call out.</summary>
internal sealed class TcpServerCommand
{
    private const int MaxCount = 1_000_000;

    private static readonly SumTcpServerOptions _defaults = new();

    private readonly Option<Duration> _timeout = CliOption.Duration(
        "--timeout", [], new Duration(_defaults.ReadTimeout),
        "Read deadline: the next request must be complete within this time of the last one, or of the connection", "never");
    private readonly Option<Lifetime> _maxLifetime = CliOption.Value(
        "--max-lifetime", [], "TIME[+-N%]", new Lifetime(new Duration(_defaults.MaxLifetime), _defaults.MaxLifetimeJitter),
        "Age at which a connection is closed, after what it sent was answered; with +-N% each has its own within that "
        + "(such as 10s, 1h+-10%; none = never)",
        Lifetime.TryParse, "is not a lifetime: give 300ms, 10s, 1m30s, 1h+-10% (at most +-90%), or none");
    private readonly Option<Duration> _writeTimeout = CliOption.Duration(
        "--write-timeout", [], new Duration(_defaults.WriteTimeout),
        "Time in which a client must take its answers, else it is cut off", "never");
    private readonly Option<int> _maxConnections = CliOption.Count(
        "--max-connections", [], 1, MaxCount, _defaults.MaxConnections, "Connections served at a time; further ones are answered 'busy'");
    private readonly Option<CountOrNone> _maxConnectionsPerIp = CliOption.CountOrNone(
        "--max-connections-per-ip", [], MaxCount, "The same for one client address (one /64 of IPv6)", "no limit of its own");
    private readonly Option<Duration> _evictIdle = CliOption.Duration(
        "--evict-idle", [], new Duration(_defaults.EvictIdle),
        "At --max-connections, closes the connection that has waited longest for a request, if for this long, to make room", "never");
    private readonly Option<int> _backlog = CliOption.Count(
        "--backlog", [], 1, 65_535, _defaults.Backlog,
        "Connections the kernel completes ahead of the server; it takes no more than somaxconn");
    private readonly Option<KeepAliveSetting> _keepAlive = KeepAliveSetting.Option(_defaults.KeepAlive, "client");
    private readonly Option<Duration> _userTimeout = KeepAliveSetting.UserTimeout(_defaults.UserTimeout, "client");
    private readonly Option<Duration> _drainTimeout = CliOption.Duration(
        "--drain-timeout", [], new Duration(_defaults.DrainTimeout),
        "How long a stop waits for the connections to end before it cuts them", "as long as it takes");
    private readonly Option<Duration> _drainSpread = CliOption.Duration(
        "--drain-spread", [], new Duration(Timeout.InfiniteTimeSpan),
        "Over what time a stop spreads the closing of the connections, within --drain-timeout", "all at once");
    private readonly ProbingOptions _probing = new();
    private readonly ServerTlsOptions _tls = new();
    private readonly ServerProxyOptions _proxy = new();

    public TcpServerCommand()
    {
        Root = new ServerHost<SumBindException>("tcp").CreateCommand(
            """
            Answers sums over TCP: {"A":7,"B":4} gets {"Sum":11}.

            Prints 'listening on tcp ADDRESS:PORT' for each address when it accepts there; the log goes to stderr. SIGINT and SIGTERM drain:
            what was received is answered, then it exits 0; a second signal ends it at once. SIGHUP reads the certificate again, and
            without TLS drains too. SIGQUIT prints what it has done so far to stderr. Exit codes: 0 stopped, 2 wrong usage,
            5 cannot listen, 70 internal fault.
            """,
            [
                _timeout, _maxLifetime, _writeTimeout, _maxConnections, _maxConnectionsPerIp, _evictIdle, _backlog, _keepAlive,
                _userTimeout, _drainTimeout, _drainSpread, .. _probing.All, .. _tls.All, .. _proxy.All,
            ],
            (file, places) => CaptureFile.Prepare(file, "TcpServer", isTcp: true, places, areOwn: true),
            (parsed, places, loggers) =>
            {
                SumTcpServer server = new(
                    Bind(parsed, places.EndPoints) with { Listeners = places.Inherited, Observer = places.Observer }, loggers);
                return new HostedServer(server, server.Start, server.StopAsync, () => server.Completion)
                {
                    IsEncrypted = server.HasTls,
                    Reload = server.HasTls ? _tls.ReloadFor(server, parsed, loggers.CreateLogger("Server")).Run : null,
                    Status = () => new Counted(server.ActiveConnections, "connection").ToString(),
                    Snapshot = () => Snapshot(server),
                };
            });
        Root.Validators.Add(_tls.Validate);
        Root.Validators.Add(_proxy.Validate);
    }

    public RootCommand Root { get; }

    /// <summary>What the options mean to the library.</summary>
    public SumTcpServerOptions Bind(ParseResult parsed, IReadOnlyList<IPEndPoint> endPoints) => new()
    {
        EndPoints = endPoints,
        ReadTimeout = parsed.GetValue(_timeout).Value,
        MaxLifetime = parsed.GetValue(_maxLifetime).Value.Value,
        MaxLifetimeJitter = parsed.GetValue(_maxLifetime).Jitter,
        WriteTimeout = parsed.GetValue(_writeTimeout).Value,
        MaxConnections = parsed.GetValue(_maxConnections),
        MaxConnectionsPerIp = (int?)parsed.GetValue(_maxConnectionsPerIp).Value,
        EvictIdle = parsed.GetValue(_evictIdle).Value,
        Backlog = parsed.GetValue(_backlog),
        KeepAlive = parsed.GetValue(_keepAlive).Value,
        UserTimeout = parsed.GetValue(_userTimeout).Value,
        DrainTimeout = parsed.GetValue(_drainTimeout).Value,
        DrainSpread = BindDrainSpread(parsed),
        MaxDelay = _probing.MaxDelay(parsed),
        ReportsPath = _probing.ReportsPath(parsed),
        Tls = _tls.Bind(parsed),
        Proxy = _proxy.Bind(parsed),
    };

    private static string Snapshot(SumTcpServer server)
    {
        ConnectionRegistry connections = server.Connections;
        (long answers, long errors) = connections.Answers;
        return string.Create(CultureInfo.InvariantCulture,
            $"{connections.Served} of {new Counted(connections.Limit, "connection")}, {server.Delayed} with a delayed answer, "
            + $"{connections.EndedConnections} ended, {connections.Rejected} rejected; "
            + $"{new Counted(answers, "request")} answered ({new Counted(errors, "error")}); "
            + $"{new Counted(LinuxOnly.OpenFiles(), "open file")}");
    }

    // Not in a validator, which would meet values that cannot be parsed.
    private TimeSpan BindDrainSpread(ParseResult parsed)
    {
        Duration timeout = parsed.GetValue(_drainTimeout);
        TimeSpan spread = parsed.GetValue(_drainSpread).OrZero;
        return timeout.IsNone || spread <= timeout.Value ? spread : throw new CommandFailedException(
            ExitCode.Usage, $"--drain-spread: is longer than --drain-timeout, which is {timeout}: give less (see --help)");
    }
}
