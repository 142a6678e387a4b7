using System.Runtime.ExceptionServices;
using SumSocket.Commands.Bench.Live;
using SumSocket.Measurement;
using SumSocket.Measurement.Statistics;

namespace SumSocket.Commands.Bench;

/// <summary>The <c>bench</c> command: many connections at once, and figures to trust.</summary>
internal sealed class BenchCommand(ConnectOptions connect)
{
    private static readonly BenchOptions _defaults = new();
    // as that of a --duration; a schedule without end would not fit into its clock
    private static readonly TimeSpan _longest = TimeSpan.FromDays(24);

    private static readonly TimeSpan _noticeably = TimeSpan.FromMilliseconds(100);

    private readonly Option<int> _connections = CliOption.Count(
        "--connections", ["-c"], 1, 100_000, _defaults.Connections,
        "How many connections, each a client of its own; -c of ping is --count");
    private readonly Option<int> _pipeline = CliOption.Count(
        "--pipeline", ["-P"], 1, 1024, _defaults.Pipeline, "Most requests in flight on one connection");
    private readonly Option<CountOrNone> _requestsPerConnection = CliOption.CountOrNone(
        "--requests-per-connection", [], int.MaxValue,
        "How many requests a connection carries before the next is made; reports connects a second and their times", "it is kept");
    private readonly Option<Duration> _duration = CliOption.Duration(
        "--duration", ["-d"], new Duration(_defaults.Duration), "How long to measure");
    private readonly Option<CountOrNone> _requests = CliOption.CountOrNone(
        "--requests", ["-n"], long.MaxValue / 2, "How many requests to measure, instead of --duration", "as many as fit into --duration");
    private readonly Option<double> _rate = CliOption.Value(
        "--rate", ["-r"], "N", 0.0,
        "Requests a second over all connections, such as 20k or 0.5, on a schedule that does not wait for responses; 0 = the next when "
        + "the last is answered",
        CountText.TryParseRate, "is not a rate: give 0.001 to 100000000 requests a second, such as 500, 20k or 0.5, or 0");
    private readonly Option<Duration> _warmup = CliOption.Duration(
        "--warmup", [], new Duration(_defaults.Warmup), "How long to send requests before they count", "no time");
    private readonly Option<Duration> _rampUp = CliOption.Duration(
        "--ramp-up", [], Duration.None, "Over what time to spread the connecting, ahead of the warm-up", "all at once");
    private readonly Option<StartTime?> _startAt = new("--start-at")
    {
        Description = "When to send the first request, so that several benches begin together: date and time, such as "
            + "2026-11-29T20:00:00Z, or a time of today, such as 20:15:30; local time unless Z or an offset says otherwise "
            + "[default: at once]",
        HelpName = "INSTANT",
        CustomParser = result => CliOption.Read(
            result, "--start-at", (string text, out StartTime? start) => (start = StartTime.Parse(text, DateTimeOffset.Now)) is not null,
            "is no time: give one such as 2026-11-29T20:00:00Z, 2026-11-29T20:00:00+01:00 or 20:15:30"),
    };
    private readonly Option<Duration> _interval = CliOption.Duration(
        "--interval", [], new Duration(_defaults.Interval), "The length of one element of the series");
    private readonly Option<PercentileList> _percentiles = CliOption.Value(
        "--percentiles", [], "LIST", new PercentileList(_defaults.Percentiles),
        "Which percentiles of the times to report, 0 to 100, with commas", PercentileList.TryParse,
        "is no list of percentiles: give some between 0 and 100, each once, such as 50,90,99,99.9");
    private readonly Option<Threshold[]> _thresholds = CliOption.Several<Threshold>(
        "--threshold", "CONDITION", $"What must hold, or the exit code is 3: {ThresholdText.Bench}; may be given several times",
        ThresholdText.TryParseBench, $"is not a threshold: give one such as {ThresholdText.Bench}");
    private readonly Option<BenchOutput> _output = CliOption.Choice<BenchOutput>(
        "--output",
        "Form of the result: text, json (one object), ndjson (one object an interval as it ends, then the result) "
        + "or csv (a line an interval)",
        "for a file give -o");
    private readonly Option<string?> _file = ResultFileOption.Create(
        "Writes the result to this file instead of stdout", Enum.GetNames<BenchOutput>());
    private readonly Option<string?> _hdrLog = CliOption.File(
        "--hdr-log", [], "Also writes the times of each interval as a log of HdrHistogram, in nanoseconds");
    private readonly Option<string?> _page = PageFile.Option();

    public Command Create()
    {
        Command command = new(
            "bench",
            """
            Sends requests over many connections at once, checks every sum, and reports speed and errors.

            Without --rate each connection sends again as soon as it is answered (closed loop), which measures what the
            server can do. With --rate requests are due on a schedule, and times count from when a request was due (open
            loop), which measures what users would see: a server that stands still is charged for all that waited meanwhile.
            Ctrl-C ends it; what was measured up to then is reported.

            On a terminal it shows how it goes while it runs, unless -q is given or the figures themselves go there (--output without -o).
            """)
        {
            _connections, _pipeline, _duration, _requests, _rate, _warmup, _rampUp, _startAt, _interval, _percentiles, _thresholds, _output,
            _file, _hdrLog, _page,
        };
        if (connect.Program.HasConnections)
            command.Options.Insert(2, _requestsPerConnection);
        connect.AddTo(command, mayCapture: false);
        command.Validators.Add(result =>
        {
            if (CliOption.IsGiven(result, _duration) && CliOption.IsGiven(result, _requests))
                result.AddError("--requests: the end is either --duration or --requests: give one of them");
            (string? file, string? log, string? page) =
                (CliOption.GivenText(result, _file), CliOption.GivenText(result, _hdrLog), CliOption.GivenText(result, _page));
            if (OutputFile.IsSame(page, file))
                result.AddError("--report: is the same file as -o: give another");
            if (OutputFile.IsSame(log, file) || OutputFile.IsSame(log, page))
                result.AddError("--hdr-log: is the same file as that of another option: give another");
        });
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    /// <summary>What the options mean to the run.</summary>
    public BenchOptions Bind(ParseResult parsed, TimeSpan requestTimeout) => new()
    {
        Connections = parsed.GetValue(_connections),
        Pipeline = parsed.GetValue(_pipeline),
        RequestsPerConnection = (int?)parsed.GetValue(_requestsPerConnection).Value,
        Duration = parsed.GetValue(_duration).Value,
        Requests = parsed.GetValue(_requests).Value,
        Rate = parsed.GetValue(_rate),
        Warmup = parsed.GetValue(_warmup).OrZero,
        RampUp = parsed.GetValue(_rampUp).OrZero,
        StartAt = parsed.GetValue(_startAt)?.Instant,
        KeepsHistograms = parsed.GetValue(_startAt) is not null || parsed.GetValue(_hdrLog) is not null,
        Interval = parsed.GetValue(_interval).Value,
        Percentiles = parsed.GetRequiredValue(_percentiles).Values,
        Thresholds = parsed.GetValue(_thresholds) ?? [],
        RequestTimeout = requestTimeout,
    };

    /// <summary>The exit code, the worst first: a wrong answer, an unreachable server, a missed threshold, missing answers.</summary>
    internal static int ToExitCode(BenchResult result)
    {
        // Requests in flight when the user interrupts are not failures.
        long missing = result.Totals.Failed - (result.End == BenchEnd.Interrupted ? result.Totals.Unanswered : 0);
        return result switch
        {
            _ when result.Totals.Wrong + result.Warmup.Wrong > 0 => ExitCode.WrongAnswer,
            { ConnectionsMade: 0 } => ExitCode.Unreachable,
            _ when result.Thresholds.Any(threshold => !threshold.IsMet) => ExitCode.ThresholdMissed,
            _ when missing > 0 || result.Violations > 0 || (result.Totals.Ok == 0 && result.End != BenchEnd.Interrupted)
                || (result.HasTooFewConnections && result.End != BenchEnd.Interrupted) => ExitCode.AnswersMissing,
            _ => ExitCode.Success,
        };
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        // Not in a validator, which would meet values that cannot be parsed.
        if (parsed.GetValue(_rate) is > 0 and var rate && parsed.GetValue(_requests).Value / rate > _longest.TotalSeconds)
            throw new CommandFailedException(
                ExitCode.Usage, "--requests: takes over 24 days at this --rate: give fewer or a higher rate (see --help)");
        if (parsed.GetValue(_startAt) is { } start && start.Refusal(DateTimeOffset.Now) is { } refusal)
            throw new CommandFailedException(ExitCode.Usage, $"--start-at: {refusal} (see --help)");
        ThresholdReport.ThrowIfFewSamples(parsed.GetValue(_thresholds) ?? [], Bind(parsed, default).MostRequests);
        int connections = parsed.GetValue(_connections);
        OpenFiles.ThrowIfFew($"-c {connections}", connections, connect.HasOwnServer(parsed.CommandResult));
        using LiveScreen? screen = IsLive(parsed) ? LiveScreen.OnTerminal() : null; // ahead of the log, which shares the terminal with it
        return await connect.RunAsync(parsed, (target, stop) => RunAsync(parsed, target, screen, stop)).ConfigureAwait(false);
    }

    /// <summary>Whether to show how it goes: on a terminal, without -q, and where no figures are written meanwhile.</summary>
    private bool IsLive(ParseResult parsed) => ConsoleTerminal.CanRedraw && !connect.Log.IsQuiet(parsed)
        && (parsed.GetValue(_output) == BenchOutput.Text || parsed.GetValue(_file) is not null);

    private async Task<int> RunAsync(ParseResult parsed, ServerTarget target, LiveScreen? screen, CancellationToken stop)
    {
        ClientProgram program = connect.Program;
        BenchOptions options = Bind(parsed, target.Settings.RequestTimeout);
        ClientSettings settings = target.Settings with { RequestsPerConnection = options.RequestsPerConnection };
        BenchTarget subject = new(
            () => Watched(program.CreateProbe(settings), target.Metrics), program.HasConnections,
            client => program.Describe(client).Select(figure => KeyValuePair.Create(figure.Name, figure.Value)));
        using Stream output = parsed.GetValue(_file) is { } file ? OutputFile.Open("-o", file) : StandardOutput.Open();
        using PageFile? page = PageFile.Open(parsed, _page);
        using Stream? log = parsed.GetValue(_hdrLog) is { } hdr ? OutputFile.Open("--hdr-log", hdr) : null;
        RunInfo setting = target.Describe(program);
        using BenchRun run = new(subject, options, metrics: target.Metrics);
        using StatusSignal status = new(() => BenchText.Snapshot(run.Snapshot, options));
        IBenchReport report = Report(parsed.GetValue(_output), output, options, setting);
        if (log is not null)
            report = new HdrLog(report, log, options, () => run.MeasuredFrom);
        using LiveReport? live = screen is null ? null : new LiveReport(report, screen, options, () => run.Progress);
        report = live ?? report;
        OutputFile.Empty(output);
        report.Begin();
        ExceptionDispatchInfo? unwritten = await MeasureAsync(run, report, stop).ConfigureAwait(false);
        BenchResult result = run.Result ?? throw new InvalidOperationException("The run ended without a result.");
        int exitCode = ToExitCode(result);
        if (options.StartAt + options.Warmup is { } planned && result.StartedAt - planned > _noticeably)
            connect.Say(parsed, $"began {TextFigures.Seconds(result.StartedAt - planned)} late: connecting took so long");
        try
        {
            unwritten?.Throw();
            report.End(result, exitCode);
            OutputFile.Complete(output);
        }
        finally
        {
            page?.Write(RecordedBench.JustEnded(setting, result, exitCode)); // also when the other output is closed
        }

        foreach (string missed in run.Failure is null ? ThresholdReport.Missed(result.Thresholds, result.Times.Count) : [])
            connect.Say(parsed, missed);
        foreach (Option<string?> written in (Option<string?>[])[_file, _hdrLog, _page])
            connect.SayWritten(parsed, written);
        return run.Failure is { } failure ? throw new CommandFailedException(exitCode, failure) : exitCode;
    }

    private ISumClient Watched(ISumClient client, ClientMetrics? metrics)
    {
        metrics?.Watch(client, connect.Program.HasConnections);
        return client;
    }

    /// <summary>Runs the bench and reports the intervals, until one cannot be written (<c>| head -1</c>, a full disk).</summary>
    /// <returns>Why that one was not written; null when all were.</returns>
    private static async Task<ExceptionDispatchInfo?> MeasureAsync(BenchRun run, IBenchReport report, CancellationToken stop)
    {
        ExceptionDispatchInfo? unwritten = null;
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await foreach (BenchInterval interval in run.RunAsync(enough.Token).ConfigureAwait(false))
        {
            if (unwritten is not null)
                continue;
            try
            {
                report.Add(interval);
            }
            catch (IOException failure)
            {
                unwritten = ExceptionDispatchInfo.Capture(failure);
                await enough.CancelAsync().ConfigureAwait(false);
            }
        }

        return unwritten;
    }

    private static IBenchReport Report(BenchOutput form, Stream output, BenchOptions options, RunInfo setting) => form switch
    {
        BenchOutput.Json => new BenchJsonReport(output, setting, withIntervals: false),
        BenchOutput.Ndjson => new BenchJsonReport(output, setting, withIntervals: true),
        BenchOutput.Csv => new BenchCsv(output, options),
        _ => new BenchText(output, options, setting),
    };
}
