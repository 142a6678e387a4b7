using SumSocket.Client.Tcp;
using SumSocket.Commands.Ping;
using SumSocket.Measurement.Connects;

namespace SumSocket.Commands.Connect;

/// <summary>Forms of the result.</summary>
internal enum ConnectOutput
{
    Text,
    Json,
    Ndjson,
}

/// <summary>The <c>connect</c> command: how long it takes to connect, to any TCP service.</summary>
/// <param name="connect">Where the service is.</param>
/// <param name="bind">What the options mean to a connection.</param>
internal sealed class ConnectCommand(ConnectOptions connect, Func<ClientSettings, SumTcpClientOptions> bind)
{
    public const string Name = "connect";

    private static readonly ConnectProbeOptions _defaults = new();

    private readonly Option<Duration> _interval = CliOption.Duration(
        "--interval", ["-i"], new Duration(_defaults.Interval), "Time from one round to the next", "no pause");
    private readonly Option<CountOrNone> _count = CliOption.CountOrNone(
        "--count", ["-c"], long.MaxValue, "How many rounds; -c of bench is --connections", "no end");
    private readonly Option<ConnectOutput> _output = CliOption.Choice<ConnectOutput>(
        "--output", "Form of the result: text, json (one object at the end) or ndjson (one object a round, then the result)",
        "for a file redirect it, such as --output json >");

    public Command Create()
    {
        Command command = new(
            Name,
            """
            Times connects to any TCP service: 'connect example.org 443 --tls'.

            Each round resolves the name, connects, with --tls also completes the TLS handshake, and closes the connection. Each of
            these has its own figure. Nothing else is sent, so the service need not be a sum server. See docs/paths.md.

            Exit codes: 0 all connected, 1 some did not, 2 wrong usage, 5 none did. Ctrl-C ends it with the summary, and Ctrl-\
            (SIGQUIT) makes it print its figures so far.
            """);
        connect.AddTo(command);
        foreach (Option option in (Option[])[_interval, _count, _output])
            command.Add(option);
        command.SetAction((parsed, _) => connect.RunAsync(parsed, (target, stop) => RunAsync(parsed, target, stop)));
        return command;
    }

    /// <summary>The exit code, in the way of a ping.</summary>
    internal static int ToExitCode(ConnectSummary summary) => summary switch
    {
        { Connected: 0 } => ExitCode.Unreachable,
        { Failed: > 0 } => ExitCode.AnswersMissing,
        _ => ExitCode.Success,
    };

    private async Task<int> RunAsync(ParseResult parsed, ServerTarget target, CancellationToken stop)
    {
        using Stream output = StandardOutput.Open();
        ConnectProbeOptions options = new()
        {
            Interval = parsed.GetValue(_interval).OrZero,
            Count = parsed.GetValue(_count).Value,
        };
        bool isQuiet = connect.Log.IsQuiet(parsed);
        ConnectOutput form = parsed.GetValue(_output);
        IConnectReport report = form == ConnectOutput.Text
            ? new ConnectText(output, target.Name, options, isQuiet)
            : new ConnectJson(output, target.Name, withRounds: form == ConnectOutput.Ndjson && !isQuiet);
        await PingWarmUp.RunAsync(connect.Program, target.Settings, ConnectOnceAsync, stop).ConfigureAwait(false);
        report.Begin();
        ConnectProbe probe = new(Connector(target.Settings), options);
        using StatusSignal status = new(() => ConnectText.Snapshot(probe.Summary));
        await foreach (ConnectRound round in probe.RunAsync(stop).ConfigureAwait(false))
            report.Add(round);
        ConnectSummary summary = probe.Summary;
        int exitCode = ToExitCode(summary);
        report.End(summary, exitCode, stop.IsCancellationRequested);
        return exitCode;
    }

    /// <summary>The time-out is that of the whole round.</summary>
    private ProbeConnector Connector(ClientSettings settings) =>
        new(bind(settings) with { ConnectTimeout = settings.RequestTimeout });

    private async Task ConnectOnceAsync(ClientSettings server, CancellationToken limit)
    {
        ConnectProbe probe = new(Connector(server with { Host = "localhost" }), new ConnectProbeOptions { Count = 1 });
        await foreach (ConnectRound _ in probe.RunAsync(limit).ConfigureAwait(false))
        {
        }
    }
}

/// <summary>Writes how it goes, in some form. Each call has written its output when it returns.</summary>
internal interface IConnectReport
{
    void Begin()
    {
    }

    void Add(ConnectRound round);

    void End(ConnectSummary summary, int exitCode, bool isInterrupted);
}
