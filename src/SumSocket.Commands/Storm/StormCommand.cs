using SumSocket.Client.Tcp;
using SumSocket.Commands.Bench.Live;
using SumSocket.Measurement.Storm;

namespace SumSocket.Commands.Storm;

/// <summary>The <c>storm</c> command: how long until all clients are back.</summary>
/// <param name="connect">Where the server is.</param>
/// <param name="bind">What the options mean to a connection.</param>
internal sealed class StormCommand(ConnectOptions connect, Func<ClientSettings, SumTcpClientOptions> bind)
{
    private const int MaxConnections = 100_000;

    private static readonly StormOptions _defaults = new();

    private readonly Option<int> _connections = CliOption.Count(
        "--connections", ["-c"], 1, MaxConnections, _defaults.Connections, "How many clients, one connection each");
    private readonly Option<StormCut> _cut = CliOption.Choice<StormCut>(
        "--cut", "How all connections end: closed in order here, reset here, or by the server, which is waited for");
    private readonly Option<int> _rounds = CliOption.Count("--rounds", [], 1, 1000, _defaults.Rounds, "How many times they are cut");
    private readonly Option<BackOffRange> _backOff = CliOption.Value(
        "--back-off", [], "TIME..TIME", new BackOffRange(_defaults.InitialBackOff, _defaults.MaxBackOff),
        "Longest pause after a client's first failed attempt, doubling with each further one, and longest of all; the first attempt is at "
        + "once",
        BackOffRange.TryParse, "is not a range of pauses: give the first and the longest, such as 100ms..10s");
    private readonly Option<bool> _noJitter = CliOption.Flag(
        "--no-jitter", [], "Makes every pause as long as --back-off says, instead of anything between nothing and that");
    private readonly Option<Duration> _giveUp = CliOption.Duration(
        "--give-up", [], new Duration(_defaults.GiveUp), "How long after the cut a client that is not back counts as lost");
    private readonly Option<StormThreshold[]> _thresholds = CliOption.Several<StormThreshold>(
        "--threshold", "CONDITION",
        $"What must hold in every round, or the exit code is 3: {StormThresholdText.Grammar}; may be given several times",
        StormThresholdText.TryParse, $"is not a threshold: give one such as {StormThresholdText.Grammar}");
    private readonly Option<bool> _json = CliOption.Flag("--json", [], "Prints the result as one JSON object (docs/storm.schema.json)");

    private readonly Option<string?> _page = PageFile.Option();

    public Command Create()
    {
        Command command = new(
            "storm",
            """
            Connects many clients, cuts them all at once, and reports how long it takes until all are back.

            A client is back when its sum is right, not when it is connected. It tries at once after the cut and then with the
            pauses of --back-off. An attempt may take --connect-timeout, and no longer than --timeout until its sum. See docs/paths.md.

            Exit codes: 0 all were back, 1 some were not, 2 wrong usage, 3 a threshold missed, 4 a wrong sum, 5 never reached the
            server. Ctrl-C ends it with what is known.
            """)
        {
            _connections, _cut, _rounds, _backOff, _noJitter, _giveUp, _thresholds, _json, _page,
        };
        connect.AddTo(command);
        command.Validators.Add(result =>
        {
            if (CliOption.GivenText(result, _cut)?.ToLowerInvariant() == "server" && connect.HasOwnServer(result))
                result.AddError("--cut server: the server of --loopback is never restarted: give fin or rst");
        });
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    /// <summary>What the options mean to the run.</summary>
    public StormOptions Bind(ParseResult parsed)
    {
        BackOffRange backOff = parsed.GetRequiredValue(_backOff);
        return new StormOptions
        {
            Connections = parsed.GetValue(_connections),
            Cut = parsed.GetValue(_cut),
            Rounds = parsed.GetValue(_rounds),
            InitialBackOff = backOff.First,
            MaxBackOff = backOff.Longest,
            HasJitter = !parsed.GetValue(_noJitter),
            GiveUp = parsed.GetValue(_giveUp).Value,
            Thresholds = parsed.GetValue(_thresholds) ?? [],
        };
    }

    /// <summary>The exit code, the worst first.</summary>
    internal static int ToExitCode(StormResult result) => result switch
    {
        { Wrong: > 0 } => ExitCode.WrongAnswer,
        { Opening.Counts.Connected: 0 } => ExitCode.Unreachable,
        { Failure: not null } => ExitCode.AnswersMissing,
        _ when result.Rounds.Count > 0 && result.Thresholds.Any(threshold => !threshold.IsMet) => ExitCode.ThresholdMissed,
        { NotBack: > 0 } => ExitCode.AnswersMissing,
        _ => ExitCode.Success,
    };

    private async Task<int> RunAsync(ParseResult parsed)
    {
        int connections = parsed.GetValue(_connections);
        OpenFiles.ThrowIfFew($"-c {connections}", connections, connect.HasOwnServer(parsed.CommandResult));
        using LiveScreen? screen = ConsoleTerminal.CanRedraw && !connect.Log.IsQuiet(parsed) && !parsed.GetValue(_json)
            ? LiveScreen.OnTerminal() : null; // ahead of the log, which shares the terminal with it
        return await connect.RunAsync(parsed, (target, stop) => RunAsync(parsed, target, screen, stop)).ConfigureAwait(false);
    }

    private async Task<int> RunAsync(ParseResult parsed, ServerTarget target, LiveScreen? screen, CancellationToken stop)
    {
        StormOptions options = Bind(parsed);
        using Stream output = StandardOutput.Open();
        using PageFile? page = PageFile.Open(parsed, _page);
        StormSetting setting = new(target.Describe(connect.Program), DateTimeOffset.UtcNow, options);
        bool isJson = parsed.GetValue(_json);
        StormRun run = new(options, bind(target.Settings), TimeProvider.System);
        using StatusSignal status = new(() => StormText.Snapshot(run.Progress, options));
        if (!isJson)
            StandardOutput.Write(output, StormText.Header(setting));
        Task<StormResult> running = run.RunAsync(stop);
        if (screen is not null)
            await DrawAsync(screen, run, running).ConfigureAwait(false);
        StormResult result = await running.ConfigureAwait(false);
        int exitCode = ToExitCode(result);
        StormDocument document = StormJson.Of(setting, result, exitCode);
        try
        {
            if (result is { Failure: { } failure, Opening.Counts.Connected: 0 })
                throw new CommandFailedException(exitCode, $"cannot reach {target.Name}: {failure}");
            if (isJson)
                document.Write(output);
            else
                StandardOutput.Write(output, StormText.Of(result));
        }
        finally
        {
            page?.Write(new RecordedStorm("", document)); // also when the other output is closed
        }

        foreach (string missed in result.Rounds.Count > 0 ? StormText.Missed(result) : [])
            connect.Say(parsed, missed);
        connect.SayWritten(parsed, _page);
        return exitCode;
    }

    private static async Task DrawAsync(LiveScreen screen, StormRun run, Task running)
    {
        TimeSpan period = TimeSpan.FromMilliseconds(100);
        while (!running.IsCompleted)
        {
            screen.Draw([StormText.Live(run.Progress, run.Options, screen.Width)]);
            await Task.WhenAny(running, Task.Delay(period, CancellationToken.None)).ConfigureAwait(false);
        }

        screen.Erase();
    }
}

/// <summary>Pauses as the command line writes them: <c>100ms..10s</c>.</summary>
/// <param name="First">The longest pause after the first failed attempt.</param>
/// <param name="Longest">The longest of all.</param>
internal sealed record BackOffRange(TimeSpan First, TimeSpan Longest)
{
    public static bool TryParse(string text, out BackOffRange range)
    {
        range = null!;
        string[] parts = text.Split("..");
        if (parts.Length != 2 || !Duration.TryParse(parts[0], out Duration first) || !Duration.TryParse(parts[1], out Duration longest)
            || first.IsNone || longest.IsNone || first.Value > longest.Value)
            return false;
        range = new BackOffRange(first.Value, longest.Value);
        return true;
    }

    public override string ToString() => $"{new Duration(First)}..{new Duration(Longest)}";
}

/// <summary>What a storm was run with.</summary>
/// <param name="Run">Where.</param>
/// <param name="StartedAt">When.</param>
/// <param name="Options">The rest.</param>
internal sealed record StormSetting(RunInfo Run, DateTimeOffset StartedAt, StormOptions Options);
