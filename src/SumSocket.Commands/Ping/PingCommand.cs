using SumSocket.Measurement.Statistics;

namespace SumSocket.Commands.Ping;

/// <summary>The <c>ping</c> command, which is also what the program does without one.</summary>
internal sealed class PingCommand(ConnectOptions connect)
{
    private static readonly PingOptions _defaults = new();

    private readonly Option<long> _a = CliOption.Number("-a", [], _defaults.A, "The first addend, a 64-bit integer");
    private readonly Option<long> _b = CliOption.Number("-b", [], _defaults.B, "The second addend, a 64-bit integer");
    private readonly Option<Duration> _interval = CliOption.Duration(
        "--interval", ["-i"], new Duration(_defaults.Interval), "Time from one request to the next", "no pause");
    private readonly Option<CountOrNone> _count = CliOption.CountOrNone(
        "--count", ["-c"], long.MaxValue,
        (connect.Program.Workers > 1 ? "How many requests each worker sends" : "How many requests to send")
        + "; -c of bench is --connections", "no end");
    private readonly Option<int>? _workers = connect.Program.Workers == 1 ? null : CliOption.Count(
        "--workers", [], 1, 10_000, connect.Program.Workers, "How many send at the same time over one socket, each its own sequence");
    private readonly Option<bool>? _intervalLines = connect.Program.Workers == 1 ? null : CliOption.Flag(
        "--interval-lines", [], "Prints one line for all workers each interval; else -v prints one for each of them");
    private readonly Option<Duration> _deadline = CliOption.Duration(
        "--deadline", ["-w"], Duration.None, "Time after which the ping ends in any case", "never");
    private readonly Option<Threshold[]> _thresholds = CliOption.Several<Threshold>(
        "--threshold", "CONDITION", $"What must hold, or the exit code is 3: {ThresholdText.Ping}; may be given several times",
        ThresholdText.TryParsePing, $"is not a threshold: give one such as {ThresholdText.Ping}");
    private readonly Option<bool> _stamps = CliOption.Flag(
        "--timestamps", ["-D"], "Puts the time of day, UTC, in front of each line (with --json: in each object)");
    private readonly Option<bool> _json = CliOption.Flag(
        "--json", [], "Prints one JSON object a line: one for each round, then one with the summary (docs/ping.schema.json)");

    /// <summary>Makes <paramref name="command"/> a ping.</summary>
    public void AddTo(Command command)
    {
        connect.AddTo(command);
        foreach (Option? option in (Option?[])[_a, _b, _interval, _count, _deadline, _workers, _intervalLines, _thresholds, _stamps, _json])
        {
            if (option is not null)
                command.Add(option);
        }

        command.SetAction((parsed, _) =>
        {
            PingOptions options = Bind(parsed);
            ThresholdReport.ThrowIfFewSamples(options.Thresholds, PingSchedule.MostRounds(options));
            return connect.RunAsync(parsed, (target, stop) => RunAsync(parsed, options, target, stop));
        });
    }

    public Command Create()
    {
        Command command = new(
            "ping",
            """
            Sends one request every interval, checks every answer and sums up how well it went.

            Ctrl-C ends it with the summary, a second one at once. Ctrl-\ (SIGQUIT) makes it print its figures so far.
            """);
        AddTo(command);
        return command;
    }

    /// <summary>What the options mean to the probe.</summary>
    public PingOptions Bind(ParseResult parsed) => new()
    {
        A = parsed.GetValue(_a),
        B = parsed.GetValue(_b),
        DistinctSums = !connect.Program.HasRequestIds(parsed),
        Interval = parsed.GetValue(_interval).OrZero,
        Workers = _workers is null ? 1 : parsed.GetValue(_workers),
        Overlap = !connect.Program.HasConnections,
        Count = parsed.GetValue(_count).Value,
        Deadline = parsed.GetValue(_deadline).Value,
        Thresholds = parsed.GetValue(_thresholds) is { Length: > 0 } thresholds ? thresholds : [],
    };

    private async Task<int> RunAsync(ParseResult parsed, PingOptions options, ServerTarget target, CancellationToken stop)
    {
        ClientProgram program = connect.Program;
        await PingWarmUp.RunAsync(program, target.Settings, options, stop).ConfigureAwait(false);
        ISumClient client = program.CreateProbe(target.Settings);
        await using (client.ConfigureAwait(false))
        {
            target.Metrics?.Watch(client, program.HasConnections);
            using Stream output = StandardOutput.Open();
            bool quiet = connect.Log.IsQuiet(parsed);
            PingTarget server = new(target.Name, program.Name, program.HasConnections);
            bool stamps = parsed.GetValue(_stamps);
            IPingReport report = parsed.GetValue(_json)
                ? new PingJson(output, options, server, quiet, stamps)
                : new PingText(output, StatusSignal.Write, options, server, quiet, stamps, IsEach(parsed));
            report.Begin();
            PingProbe probe = new(client, options, metrics: target.Metrics);
            using StatusSignal status = new(probe.TakeSnapshot);
            await TryConnectAsync(client, options.Deadline, stop).ConfigureAwait(false);
            await foreach (PingEvent one in probe.RunAsync(stop).ConfigureAwait(false))
                report.Add(one);
            PingSummary summary = probe.Summary;
            report.End(summary, program.Counts(client));
            foreach (string missed in ThresholdReport.Missed(summary.Thresholds, summary.FromDue?.Count ?? 0))
                connect.Say(parsed, missed);
            return ToExitCode(summary, options, stop.IsCancellationRequested);
        }
    }

    /// <summary>Whether each worker has a line of its own.</summary>
    private bool IsEach(ParseResult parsed) =>
        connect.Log.IsVerbose(parsed) && !(_intervalLines is { } option && parsed.GetValue(option));

    /// <summary>The exit code, the worst first: a wrong answer, a server never reached, a missed threshold, missing answers.</summary>
    /// <remarks>After a deadline, fewer answers than the count, or none at all, are not good, as with the ping of the network tools. After
    /// Ctrl-C the answers so far are enough, if there was a connection. Rounds that an outage made impossible are missing too.</remarks>
    internal static int ToExitCode(PingSummary summary, PingOptions options, bool interrupted)
    {
        bool isShort = !interrupted && summary.Answered < (options.Count * (Int128)options.Workers ?? 1);
        return summary switch
        {
            { Wrong: > 0 } => ExitCode.WrongAnswer,
            { Connections: 0 } => ExitCode.Unreachable,
            _ when summary.Thresholds.Any(threshold => !threshold.IsMet) => ExitCode.ThresholdMissed,
            _ when isShort || summary.Missing + summary.Violations > 0 || summary is { Skipped: > 0, Outages: > 0 }
                => ExitCode.AnswersMissing,
            _ => ExitCode.Success,
        };
    }

    /// <summary>Connects ahead of the first round, so that its time does not include connecting. The rounds report a failure.</summary>
    private static async Task TryConnectAsync(ISumClient client, TimeSpan deadline, CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(deadline);
        try
        {
            await client.ConnectAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SumConnectException
            || (failure is OperationCanceledException && end.IsCancellationRequested))
        {
        }
    }
}
