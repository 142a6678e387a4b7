using System.CommandLine.Parsing;
using SumSocket.Client.Tcp;
using SumSocket.Commands.Connect;
using SumSocket.Commands.Idle;
using SumSocket.Commands.Paths;
using SumSocket.Commands.Storm;
using SumSocket.Measurement.Idle;
using SumSocket.Measurement.Paths;
using SumSocket.Server.Tcp;
using SumSocket.Sockets;

namespace SumSocket.Apps;

/// <summary>One connection, over which requests are pipelined.</summary>
internal sealed class TcpClientProgram : ClientProgram
{
    // Enough to keep the server busy while the answers before them are being written.
    private const int MaxInFlight = 2048;

    private static readonly TimeSpan _probeBackOff = TimeSpan.FromSeconds(1);

    private readonly Option<Duration> _connectTimeout = CliOption.Duration(
        "--connect-timeout", [], new Duration(new SumTcpClientOptions().ConnectTimeout), "How long one attempt to connect may take",
        "as long as the system tries");

    private readonly Option<bool> _noRetry = CliOption.Flag(
        "--no-retry", [], "Sends no request again whose connection ended before its answer")
        .ForEach((option, command) => option.Description = "Sends no request again whose connection ended before its answer; else it does "
            + (command == "sum" ? "in any case" : "where the server closed it in order"));

    private readonly ClientTlsOptions _tls = new();
    private readonly Option<ProxyVersion> _sendProxy = CliOption.Choice<ProxyVersion>(
        "--send-proxy",
        "Begins each connection with a header of PROXY protocol that names its own addresses, as a proxy would");

    private readonly Option<KeepAliveSetting> _keepAlive = KeepAliveSetting.Option(new SumTcpClientOptions().KeepAlive, "server");
    private readonly Option<Duration> _userTimeout = KeepAliveSetting.UserTimeout(new SumTcpClientOptions().UserTimeout, "server");

    public override string ProgramName => "TcpClient";

    public override string Name => "tcp";

    public override string Description =>
        "Sends requests to a sum server over TCP. Without a command it pings: 7 + 4 every second over one connection, without end.";

    public override bool HasConnections => true;

    public override int Workers => 1;

    public override TimeSpan RequestTimeout => new SumTcpClientOptions().RequestTimeout;

    public override int ReadAhead => MaxInFlight;

    public override IReadOnlyList<Option> OptionsOf(Command command) =>
        MeasuresRequests(command)
            ? [_connectTimeout, _keepAlive, _noRetry, .. _tls.All, _sendProxy]
            : command.Name == ConnectCommand.Name ? [.. _tls.All, _sendProxy]
            : [_connectTimeout, _keepAlive, .. _tls.All, _sendProxy];

    public override IReadOnlyList<CommandMaker> Commands(ConnectOptions connect) =>
    [
        new(ConnectCommand.Name, () => new ConnectCommand(connect, Bind).Create()),
        new("path", () => new PathCommand(connect, Examination).Create()),
        new("storm", () => new StormCommand(connect, Bind).Create()),
        new("idle", () => new IdleCommand(connect, Idle).Create()),
    ];

    private IdleTransport Idle => new(
        """
        Finds out how long a silent connection lives on this path, and what ends it.

        Tries silences at the same time, each over a connection of its own: the client speaks first after it, or the server does, and
        again with TCP keep-alive. With -c it holds many connections for one silence. The server should know Delay and Path
        (docs/protocol.md). See docs/paths.md.
        """,
        (target, settings) => new TcpSilence(BindIdle(target, settings), settings.Plan.Patience, TimeProvider.System),
        BindIdle);

    private PathExamination Examination => new(
        """
        Finds out what stands between: who ends the TCP connection, NAT, half-close, buffers, resets, TLS, and when a dead peer is noticed.

        Takes some seconds and a handful of connections. The server should know Delay and Path (docs/protocol.md); of others it finds out
        what can be seen from here. See docs/paths.md.
        """,
        [_userTimeout],
        target =>
        {
            TcpPathRun run = new(target.Name, BindProbe(target.Settings), TimeProvider.System);
            return new PathRun(stop => ExamineAsync(run, stop), () => TcpPathFindings.Now(run.Seen));
        });

    private static async Task<PathResult> ExamineAsync(TcpPathRun run, CancellationToken stop)
    {
        TcpPathObservations seen = await run.RunAsync(stop).ConfigureAwait(false);
        IReadOnlyList<PathFinding> findings = TcpPathFindings.Of(seen);
        return new PathResult(
            findings, TcpPathFindings.Verdict(seen, findings), seen.Attempt?.Connection is not null, seen.IsInterrupted);
    }

    public override void Validate(CommandResult result, bool ownServer)
    {
        _tls.Validate(result, ownServer);
        if (ownServer && CliOption.GivenText(result, _sendProxy) is { } version && version != "none")
            result.AddError("--send-proxy: the server of --loopback takes no such header: leave it out");
    }

    public override LoopbackServer StartServer(ParseResult parsed, ILoggerFactory loggers, ISocketObserver? observer) =>
        StartServer(parsed, loggers, observer, _tls.BindOwnServer(parsed));

    private static LoopbackServer StartServer(
        ParseResult parsed, ILoggerFactory loggers, ISocketObserver? observer, TlsServerOptions? tls)
    {
        SumTcpServer server = new(
            new SumTcpServerOptions
            {
                EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)],
                ReadTimeout = Timeout.InfiniteTimeSpan, // its one client may be idle for any time
                // twice as many: those that a storm has cut may not be gone when it comes back
                MaxConnections = Math.Max(new SumTcpServerOptions().MaxConnections, 2 * Connections(parsed)),
                Tls = tls,
                Observer = observer,
            },
            loggers);
        return new LoopbackServer(server.Start()[0], server);
    }

    public override LoopbackServer? StartWarmUpServer(ParseResult parsed, ILoggerFactory loggers) =>
        parsed.GetValue(_sendProxy) == ProxyVersion.None
            ? StartServer(parsed, loggers, observer: null, _tls.BindWarmUpServer(parsed)) : null;

    /// <summary>How many the command wants; not all have that option.</summary>
    private static int Connections(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.OfType<Option<int>>().FirstOrDefault(option => option.Name == "--connections") is { } option
            ? parsed.GetValue(option)
            : 1;

    // Back-off is capped at 1 s because it adds to the measured outage.
    public override ISumClient CreateProbe(ClientSettings settings) =>
        new SumTcpClient(Bind(settings) with { ResendLost = false, WaitForReady = false, MaxBackOff = _probeBackOff }, settings.Loggers);

    public override ISumClient CreateRetryingClient(ClientSettings settings) =>
        new SumTcpClient(
            Bind(settings) with { MaxInFlight = MaxInFlight, ResendLost = !settings.Parsed.GetValue(_noRetry) }, settings.Loggers);

    public override bool HasRequestIds(ParseResult parsed) => true; // they come in order

    public override IReadOnlyList<TransportMetric> Metrics =>
    [
        new("sumsocket.client.tcp.rtt", "s", "Round-trip time of segments, as the kernel measures it.")
        {
            State = client => ((SumTcpClient)client).ReadTcpInfo()?.RoundTrip.TotalSeconds,
        },
        new("sumsocket.client.tcp.retransmitted_segments", "{segment}", "Segments that a connection had to send again.")
        {
            State = client => ((SumTcpClient)client).ReadTcpInfo()?.Retransmitted,
        },
    ];

    public override IReadOnlyList<TransportCounter> Counts(ISumClient client) => [];

    public override IReadOnlyList<TransportCounter> Describe(ISumClient client) => ((SumTcpClient)client).ReadTcpInfo() is not { } path
        ? []
        : [new("rtt_us", (long)path.RoundTrip.TotalMicroseconds), new("rttvar_us", (long)path.Variation.TotalMicroseconds),
            new("retransmitted_segments", path.Retransmitted), new("cwnd_segments", path.CongestionWindow),
            new("mss_bytes", path.SegmentSize), new("path_mtu_bytes", path.PathMtu)];

    /// <summary>The same for the commands that have an option for the user time-out.</summary>
    internal SumTcpClientOptions BindProbe(ClientSettings settings) => Bind(settings) with
    {
        UserTimeout = settings.Parsed.GetValue(_userTimeout).Value,
    };

    // A user time-out would end the silence itself.
    private SumTcpClientOptions BindIdle(ServerTarget target, IdleSettings settings) => Bind(target.Settings) with
    {
        KeepAlive = settings.KeepAlive,
        UserTimeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>What the options mean to the library.</summary>
    internal SumTcpClientOptions Bind(ClientSettings settings) => new()
    {
        Host = settings.Host,
        Port = settings.Port,
        RequestTimeout = settings.RequestTimeout,
        RequestsPerConnection = settings.RequestsPerConnection,
        ConnectTimeout = settings.Parsed.GetValue(_connectTimeout).Value,
        KeepAlive = settings.Parsed.GetValue(_keepAlive).Value,
        RetryEnded = !settings.Parsed.GetValue(_noRetry),
        VerifySums = true,
        Tls = _tls.Bind(settings),
        SendProxy = settings.Parsed.GetValue(_sendProxy),
        Observer = settings.Observer,
    };
}
