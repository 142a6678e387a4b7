using SumSocket.Server;
using SumSocket.Server.Tcp;

namespace SumSocket.Apps;

/// <summary>The command line of the server: options in, one library call out.</summary>
internal sealed class TcpServerCommand
{
    private const int MaxCount = 1_000_000;

    private static readonly SumTcpServerOptions _defaults = new();

    private readonly Option<Duration> _timeout = CliOption.Duration(
        "--timeout", [], new Duration(_defaults.ReadTimeout),
        "Read deadline: the next request must be complete within this time of the last one, or of the connection", "never");
    private readonly Option<Duration> _maxLifetime = CliOption.Duration(
        "--max-lifetime", [], new Duration(_defaults.MaxLifetime),
        "Age at which a connection is closed, after what it sent was answered", "never");
    private readonly Option<Duration> _writeTimeout = CliOption.Duration(
        "--write-timeout", [], new Duration(_defaults.WriteTimeout),
        "Time in which a client must take its answers, else it is cut off", "never");
    private readonly Option<int> _maxConnections = CliOption.Count(
        "--max-connections", [], 1, MaxCount, _defaults.MaxConnections, "Connections served at a time; further ones are answered 'busy'");
    private readonly Option<CountOrNone> _maxConnectionsPerIp = CliOption.CountOrNone(
        "--max-connections-per-ip", [], MaxCount, "The same for one client address (one /64 of IPv6)", "no limit of its own");
    private readonly Option<int> _backlog = CliOption.Count(
        "--backlog", [], 1, 65_535, _defaults.Backlog,
        "Connections the kernel completes ahead of the server; it takes no more than somaxconn");
    private readonly Option<KeepAliveSetting> _keepAlive = CliOption.Value(
        "--keep-alive", [], "IDLE/INTERVAL/PROBES", new KeepAliveSetting(_defaults.KeepAlive),
        "Probes a silent client after IDLE, every INTERVAL, and gives it up after PROBES without an answer (whole seconds; none = never)",
        KeepAliveSetting.TryParse,
        "is not a keep-alive setting: give idle time, interval and probes such as 15s/15s/9 (1s to 32767s, 1 to 127), or none");
    private readonly Option<Duration> _userTimeout = CliOption.Duration(
        "--user-timeout", [], new Duration(_defaults.UserTimeout),
        "How long sent bytes may stay unacknowledged before the client is given up (Linux)", "the system's");
    private readonly Option<Duration> _drainTimeout = CliOption.Duration(
        "--drain-timeout", [], new Duration(_defaults.DrainTimeout),
        "How long a stop waits for the connections to end before it cuts them", "as long as it takes");
    private readonly ServerTlsOptions _tls = new();
    private readonly ServerProxyOptions _proxy = new();

    public TcpServerCommand()
    {
        Root = new ServerHost<SumBindException>("tcp").CreateCommand(
            """
            Answers sums over TCP: {"A":7,"B":4} gets {"Sum":11}.

            Prints 'listening on tcp ADDRESS:PORT' for each address when it accepts there; the log goes to stderr. SIGINT and SIGTERM drain:
            what was received is answered, then it exits 0; a second signal ends it at once. SIGHUP reads the certificate again, and
            without TLS drains too. Exit codes: 0 stopped, 2 wrong usage, 5 cannot listen, 70 internal fault.
            """,
            [
                _timeout, _maxLifetime, _writeTimeout, _maxConnections, _maxConnectionsPerIp, _backlog, _keepAlive, _userTimeout,
                _drainTimeout, .. _tls.All, .. _proxy.All,
            ],
            (parsed, places, loggers) =>
            {
                SumTcpServer server = new(Bind(parsed, places.EndPoints) with { Listeners = places.Inherited }, loggers);
                return new HostedServer(server, server.Start, () => server.Completion)
                {
                    IsEncrypted = server.HasTls,
                    Reload = server.HasTls ? _tls.ReloadFor(server, parsed, loggers.CreateLogger("Server")).Run : null,
                    Status = () => string.Create(CultureInfo.InvariantCulture, $"{server.ActiveConnections} connections"),
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
        MaxLifetime = parsed.GetValue(_maxLifetime).Value,
        WriteTimeout = parsed.GetValue(_writeTimeout).Value,
        MaxConnections = parsed.GetValue(_maxConnections),
        MaxConnectionsPerIp = (int?)parsed.GetValue(_maxConnectionsPerIp).Value,
        Backlog = parsed.GetValue(_backlog),
        KeepAlive = parsed.GetValue(_keepAlive).Value,
        UserTimeout = parsed.GetValue(_userTimeout).Value,
        DrainTimeout = parsed.GetValue(_drainTimeout).Value,
        Tls = _tls.Bind(parsed),
        Proxy = _proxy.Bind(parsed),
    };
}
