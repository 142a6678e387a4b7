using SumSocket.Client.Udp;
using SumSocket.Commands.Connect;
using SumSocket.Commands.Idle;
using SumSocket.Commands.Paths;
using SumSocket.Measurement.Idle;
using SumSocket.Measurement.Paths;
using SumSocket.Server.Udp;
using SumSocket.Sockets;

namespace SumSocket.Apps;

/// <summary>One socket for any number of workers; each request is one datagram.</summary>
internal sealed class UdpClientProgram : ClientProgram
{
    private readonly Option<bool> _noId = CliOption.Flag(
        "--no-id", [], "Sends no Id, for servers that do not echo it, and matches responses by their sums")
        .ForEach((option, command) => option.Description = "Sends no Id, for servers that do not echo it, and matches responses by their "
            + (command is "" or "ping" ? "sums: -b counts up" : "sums"));

    private readonly PathExamination _path = new(
        "Finds out what stands between: NAT, and how long a datagram may be, whole and in fragments. Takes up to some seconds. "
        + "See docs/paths.md.",
        [],
        target =>
        {
            ClientSettings settings = target.Settings;
            UdpPathRun run = new(target.Name, settings.Host, settings.Port, settings.RequestTimeout, TimeProvider.System)
            {
                Observer = settings.Observer,
            };
            return new PathRun(stop => ExamineAsync(run, stop), () => UdpPathFindings.Now(run.Seen));
        });

    private readonly IdleTransport _idle = new(
        """
        Finds out how long what stands between remembers a silent client: how long a NAT binding lives.

        Tries silences at the same time, each over a socket of its own: the client sends first after it, or the server does (Delay). A
        binding that was forgotten shows as a new source address, or as an answer that never comes. See docs/paths.md.
        """,
        (target, settings) => new UdpSilence(target.Settings.Host, target.Settings.Port, settings.Plan.Patience, TimeProvider.System)
        {
            Observer = target.Settings.Observer,
        },
        null);

    public override string ProgramName => "UdpClient";

    public override string Name => "udp";

    public override string Description =>
        "Sends requests to a sum server over UDP. Without a command it pings: ten workers send 7 + 4 every second over one socket, "
        + "without end, each request once.";

    public override bool HasConnections => false;

    public override TimeSpan RequestTimeout => new SumUdpClientOptions().RequestTimeout;

    public override int Workers => 10;

    public override TimeSpan? BenchTimeout => TimeSpan.FromSeconds(1);

    // Many more than are in flight at a time, so that one pair that is lost again and again does not hold up the others, and not so many
    // that the last of them wait for their turn as long as for their answer: at 20 % loss each way 5 s, at 40 % 20 s.
    public override int ReadAhead => 16 * 1024;

    public override IReadOnlyList<Option> OptionsOf(Command command) => MeasuresRequests(command) ? [_noId] : [];

    public override IReadOnlyList<string> CommandsOfTcpClient => [ConnectCommand.Name, "storm"];

    public override IReadOnlyList<CommandMaker> Commands(ConnectOptions connect) =>
        [new("path", () => new PathCommand(connect, _path).Create()), new("idle", () => new IdleCommand(connect, _idle).Create())];

    public override LoopbackServer StartServer(ParseResult parsed, ILoggerFactory loggers, ISocketObserver? observer)
    {
        SumUdpServer server = new(new SumUdpServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)] }, loggers);
        return new LoopbackServer(server.Start()[0], server);
    }

    // What was lost stays in flight until its time-out, or until there are so many that later requests would wait.
    public override ISumClient CreateProbe(ClientSettings settings) =>
        new SumUdpClient(
            Bind(settings) with { Repeat = false, EndOnRefusal = true, MaxInFlight = 65_536, EndOldest = true }, settings.Loggers);

    // Sums come out in order, so that all wait for the one that is lost most often: its repeats are never more than a second apart.
    public override ISumClient CreateRetryingClient(ClientSettings settings) =>
        new SumUdpClient(Bind(settings) with { MaxRepeatInterval = TimeSpan.FromSeconds(1) }, settings.Loggers);

    public override bool HasRequestIds(ParseResult parsed) => !parsed.GetValue(_noId);

    public override IReadOnlyList<TransportMetric> Metrics =>
    [
        new("sumsocket.client.sent_datagrams", "{datagram}", "Datagrams sent.") { Count = client => Sent(CountsOf(client)) },
        new("sumsocket.client.received_datagrams", "{datagram}", "Datagrams received.") { Count = client => Received(CountsOf(client)) },
        new("sumsocket.client.reordered_datagrams", "{datagram}", "First answers that came after the answer to a later request.")
        {
            Count = client => [(null, CountsOf(client).Reordered)],
        },
    ];

    public override IReadOnlyList<TransportCounter> Counts(ISumClient client)
    {
        var udp = (SumUdpClient)client;
        SumUdpCounts counts = udp.Counts;
        return udp.UsesIds
            ? [new("late", counts.Late), new("doubled", counts.Duplicates), new("reordered", counts.Reordered),
                new("foreign", counts.Foreign), new("malformed", counts.Malformed)]
            // late, doubled and foreign look the same without an Id
            : [new("unmatched", counts.Foreign), new("malformed", counts.Malformed)];
    }

    public override IReadOnlyList<TransportCounter> Describe(ISumClient client) => Counts(client);

    private static async Task<PathResult> ExamineAsync(UdpPathRun run, CancellationToken stop)
    {
        UdpPathObservations seen = await run.RunAsync(stop).ConfigureAwait(false);
        IReadOnlyList<PathFinding> findings = UdpPathFindings.Of(seen);
        return new PathResult(
            findings, UdpPathFindings.Verdict(seen, findings), seen.First is { IsAnswered: true }, seen.IsInterrupted);
    }

    private static SumUdpCounts CountsOf(ISumClient client) => ((SumUdpClient)client).Counts;

    private static (string?, long)[] Sent(SumUdpCounts counts) =>
        [("first", counts.Sent), ("repeat", counts.Repeated), ("send_failed", counts.SendFailed)];

    private static (string?, long)[] Received(SumUdpCounts counts) =>
    [
        ("answer", counts.Answered), ("late", counts.Late), ("duplicate", counts.Duplicates), ("foreign", counts.Foreign),
        ("malformed", counts.Malformed),
    ];

    /// <summary>What the options mean to the library.</summary>
    internal SumUdpClientOptions Bind(ClientSettings settings) => new()
    {
        Host = settings.Host,
        Port = settings.Port,
        Observer = settings.Observer,
        RequestTimeout = settings.RequestTimeout,
        UseIds = HasRequestIds(settings.Parsed),
        VerifySums = true,
    };
}
