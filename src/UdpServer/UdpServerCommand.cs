using System.Text.Json;
using SumSocket.Capture;
using SumSocket.Server;
using SumSocket.Server.Udp;
using SumSocket.Sockets;

namespace SumSocket.Apps;

/// <summary>The command line of the server: options in, one library call out.</summary>
internal sealed class UdpServerCommand
{
    private static readonly SumUdpServerOptions _defaults = new();

    private readonly Option<Duration> _timeout = CliOption.Duration(
        "--timeout", [], new Duration(_defaults.IdleTimeout), "Ends the server when no datagram came for this long", "never");
    private readonly Option<int> _maxDelayed = CliOption.Count(
        "--max-delayed", [], 0, 1_000_000, _defaults.MaxDelayed, "Answers held back at a time; further requests for that are dropped");
    private readonly ProbingOptions _probing = new();

    public UdpServerCommand()
    {
        Root = new ServerHost<SumBindException>("udp").CreateCommand(
            """
            Answers sums over UDP: a datagram {"A":7,"B":4,"Id":1} gets {"Sum":11,"Id":1}. What is no request gets no answer.

            Prints 'listening on udp ADDRESS:PORT' for each address when it receives there; the log goes to stderr, with -v
            each datagram. SIGINT, SIGTERM and SIGHUP answer what is in the queue, report what became of all datagrams and
            exit 0; a second signal ends it at once. SIGQUIT prints the same report so far to stderr. Exit codes: 0 stopped,
            2 wrong usage, 5 cannot listen, 70 internal fault.
            """,
            [_timeout, .. _probing.All, _maxDelayed],
            (file, places) => CaptureFile.Prepare(file, "UdpServer", isTcp: false, places, areOwn: true),
            (parsed, places, loggers) =>
            {
                SumUdpServer server = new(
                    Bind(parsed, places.EndPoints) with { Sockets = places.Inherited, Observer = places.Observer }, loggers);
                return new HostedServer(server, server.Start, server.StopAsync, () => server.Completion, server.Idle)
                {
                    Status = () => $"{new Counted(server.Counts.Received, "datagram")} received",
                    Snapshot = () => Snapshot(server.Counts),
                };
            });
    }

    public RootCommand Root { get; }

    private static string Snapshot(DatagramCounts counts)
    {
        string dropped = string.Join(", ", Enum.GetValues<DropReason>()
            .Where(reason => reason != DropReason.None && counts[reason] > 0)
            .Select(reason => $"{counts[reason]} {JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString())}")); // as in the metrics
        return string.Create(CultureInfo.InvariantCulture,
            $"{new Counted(counts.Received, "datagram")} received, {counts.Answered} answered, {counts.Dropped} dropped")
            + (dropped.Length > 0 ? $": {dropped}" : "");
    }

    /// <summary>What the options mean to the library.</summary>
    public SumUdpServerOptions Bind(ParseResult parsed, IReadOnlyList<IPEndPoint> endPoints) => new()
    {
        EndPoints = endPoints,
        IdleTimeout = parsed.GetValue(_timeout).Value,
        MaxDelay = _probing.MaxDelay(parsed),
        MaxDelayed = parsed.GetValue(_maxDelayed),
        ReportsPath = _probing.ReportsPath(parsed),
    };
}
