using System.CommandLine;
using SumSocket.Cli;
using SumSocket.Cli.Options;
using SumSocket.Cli.Terminal;
using SumSocket.Client;
using SumSocket.Measurement.Ping;

namespace SumSocket.Commands.Ping;

/// <summary>The <c>ping</c> command, which is also what the program does without one.</summary>
internal sealed class PingCommand
{
    private static readonly PingOptions _defaults = new();

    private readonly ConnectOptions _connect;
    private readonly Option<long> _a = CliOption.Number("-a", [], _defaults.A, "The first addend, a 64-bit integer");
    private readonly Option<long> _b = CliOption.Number("-b", [], _defaults.B, "The second addend, a 64-bit integer");
    private readonly Option<Duration> _interval = CliOption.Duration(
        "--interval", ["-i"], new Duration(_defaults.Interval), "From one question to the next", "as soon as the answer is there");
    private readonly Option<long?> _count;
    private readonly Option<int>? _workers;
    private readonly Option<Duration> _deadline = CliOption.Duration(
        "--deadline", ["-w"], Duration.None, "When to end in any case, from the start", "never");
    private readonly Option<bool> _stamps = CliOption.Flag("--timestamps", ["-D"], "Puts the time of day, UTC, in front of each line (with --json: in each object)");
    private readonly Option<bool> _json = CliOption.Flag(
        "--json", [], "Prints one JSON object a line: one for each round, then one with the summary");

    public PingCommand(ConnectOptions connect)
    {
        _connect = connect;
        int workers = connect.Transport.Workers;
        if (workers > 1)
            _workers = CliOption.Count("--workers", [], 1, 10_000, workers, "How many ask at the same time over one socket, each its own sequence");
        _count = CliOption.CountOrNone(
            "--count", ["-c"], long.MaxValue, workers > 1 ? "How many questions each worker asks" : "How many questions to ask", "for ever");
    }

    private Option[] All => [_a, _b, _interval, _count, _deadline, .. _workers is null ? (Option[])[] : [_workers], _stamps, _json];

    /// <summary>Makes <paramref name="command"/> a ping.</summary>
    public void AddTo(Command command)
    {
        _connect.AddTo(command);
        foreach (Option option in All)
            command.Add(option);
        command.SetAction((parsed, _) => _connect.RunAsync(parsed, (target, stop) => RunAsync(parsed, target, stop)));
    }

    /// <summary>Adds a ping to <paramref name="parent"/> as a command of its own.</summary>
    public void AddTo(Command parent, string name, string description)
    {
        Command command = new(name, description);
        AddTo(command);
        parent.Add(command);
    }

    /// <summary>Refuses these options, which the root has, in front of a command that has no use for them.</summary>
    public void ForbidWith(Command command) => CliOption.Forbid(command, All, "ping");

    /// <summary>What the options mean to the probe.</summary>
    public PingOptions Bind(ParseResult parsed) => new()
    {
        A = parsed.GetValue(_a),
        B = parsed.GetValue(_b),
        DistinctSums = !_connect.Transport.HasRequestIds(parsed),
        Interval = parsed.GetValue(_interval).OrZero,
        Workers = _workers is null ? 1 : parsed.GetValue(_workers),
        Overlap = !_connect.Transport.HasConnections,
        Count = parsed.GetValue(_count),
        Deadline = parsed.GetValue(_deadline).Value,
    };

    private async Task<int> RunAsync(ParseResult parsed, ServerTarget target, CancellationToken stop)
    {
        Transport transport = _connect.Transport;
        ISumClient client = transport.CreateProbe(target.Settings);
        await using (client.ConfigureAwait(false))
        {
            PingOptions options = Bind(parsed);
            using Stream output = StandardOutput.Open();
            bool quiet = _connect.Log.IsQuiet(parsed);
            PingTarget whom = new(target.Name, transport.Name, transport.HasConnections);
            TimeProvider? stamps = parsed.GetValue(_stamps) ? TimeProvider.System : null;
            IPingReport report = parsed.GetValue(_json)
                ? new PingJson(output, options, whom, quiet, stamps)
                : new PingText(output, Console.Error, options, whom, quiet, stamps);
            PingProbe probe = new(client, options);
            using StatusSignal status = new(probe.TakeSnapshot);
            report.Begin();
            await TryConnectAsync(client, options.Deadline, stop).ConfigureAwait(false);
            await foreach (PingEvent one in probe.RunAsync(stop).ConfigureAwait(false))
                report.Tell(one);
            PingSummary summary = probe.Summary;
            report.End(summary, transport.Counts(client));
            return ToExitCode(summary, options, stop.IsCancellationRequested);
        }
    }

    /// <summary>The exit code: a wrong answer outweighs that nobody was ever there, and that outweighs missing answers.</summary>
    /// <remarks>
    /// A deadline that cuts the run short is judged as ping does: fewer answers than were asked for, or none at all, are not good. A user who
    /// ends it had seen enough, unless there was nothing to see.
    /// </remarks>
    internal static int ToExitCode(PingSummary summary, PingOptions options, bool interrupted)
    {
        bool isShort = !interrupted && summary.Answered < (options.Count * (Int128)options.Workers ?? 1);
        return summary switch
        {
            { Wrong: > 0 } => ExitCode.WrongAnswer,
            { Connections: 0 } => ExitCode.Unreachable,
            _ when isShort || summary.Missing > 0 => ExitCode.AnswersMissing,
            _ => ExitCode.Success,
        };
    }

    /// <summary>Connects ahead of the first round, so that its time is that of an answer like all others. The rounds tell of a failure.</summary>
    private static async Task TryConnectAsync(ISumClient client, TimeSpan deadline, CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(deadline);
        try
        {
            await client.ConnectAsync(end.Token).ConfigureAwait(false);
        }
        catch (SumConnectException)
        {
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
    }
}
