using System.Diagnostics;
using SumSocket.Measurement;

namespace SumSocket.Commands.Sum;

/// <summary>The <c>sum</c> command: one sum from the command line, or any number of them as a filter.</summary>
internal sealed class SumCommand(ConnectOptions connect)
{
    private const int MaxWords = 100; // a validator below checks the number ahead of this, for a better message

    private readonly Argument<string[]> _words = new("numbers")
    {
        Description = "Two 64-bit integers, such as 7 4, or - for pairs from stdin; the server beside them needs its port: 10.0.0.9:5656, "
            + "and goes else in front: 10.0.0.9 5656 sum 7 4",
        Arity = new ArgumentArity(1, MaxWords),
    };

    private Func<string> _now = () => "waiting for the server";

    public Command Create()
    {
        Command command = new(
            "sum",
            """
            Prints the sum of two integers: 'sum 7 4' prints 11.

            'sum -' reads pairs from stdin, one a line ('7 4', '7,4' or {"A":7,"B":4}; blank lines are skipped), and prints for
            each pair one line, in order: its sum, or 'error: ' and why there is none, such as 'error: overflow'. A line that
            holds no pair prints nothing there and is reported on stderr with its line number, as is each error; the rest goes
            on, and the exit code is 1 at the end. Ctrl-C stops reading; requests already sent are still answered.

            'sum 7 4' is always two numbers. The server goes in front of the command, '10.0.0.9 5656 sum 7 4', or has a form that
            no number has: 'sum 10.0.0.9:5656 7 4', 'sum [::1]:5656 -'.
            """)
        {
            _words,
        };
        command.Validators.Add(result =>
        {
            string[] numbers = Numbers(result.GetResult(_words)?.Tokens.Select(token => token.Value) ?? []);
            if (numbers is not ["-"] && numbers.Length < 2)
                result.AddError("sum: give two integers, such as sum 7 4, or - to read pairs from stdin");
            else if (numbers is not ["-"] && numbers.FirstOrDefault(number => !CliOption.TryReadInteger(number, out _)) is { } wrong)
                result.AddError(
                    $"sum: '{Printable.Text(wrong)}' is not a 64-bit integer: give -9223372036854775808 to 9223372036854775807"
                    + (wrong.Contains('.', StringComparison.Ordinal) ? ", and a server in front of sum or as HOST:PORT" : ""));
            else if (numbers.Length > 2)
                result.AddError($"sum: '{Printable.Text(numbers[2])}' is a third number: give two");
        });
        connect.AddTo(command, among: _words);
        command.SetAction((parsed, _) =>
        {
            string[] numbers = Numbers(parsed.GetRequiredValue(_words));
            return connect.RunAsync(
                parsed, (target, stop) => RunAsync(numbers, target, stop), isBrief: numbers.Length == 2);
        });
        return command;
    }

    private static string[] Numbers(IEnumerable<string> words) => [.. words.Where(word => !ServerAddress.IsUnmistakable(word))];

    private async Task<int> RunAsync(string[] numbers, ServerTarget target, CancellationToken stop)
    {
        ISumClient client = connect.Program.CreateRetryingClient(target.Settings);
        await using (client.ConfigureAwait(false))
        {
            target.Metrics?.Watch(client, connect.Program.HasConnections);
            ConnectTracker reached = new(client);
            using StatusSignal status = new(() => _now());
            try
            {
                await client.ConnectAsync(stop).ConfigureAwait(false);
                return numbers is [string a, string b]
                    ? await SumOnceAsync(client, Read(a), Read(b), reached, target.Metrics, stop).ConfigureAwait(false)
                    : await FilterAsync(client, reached, target.Metrics, stop).ConfigureAwait(false);
            }
            catch (SumConnectException failure)
            {
                throw new CommandFailedException(ExitCode.Unreachable, failure.Message);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                throw new CommandFailedException(
                    reached.ToExitCode(ExitCode.AnswersMissing),
                    reached.IsReached ? "stopped before the answer came" : "stopped before the server was reached");
            }
        }
    }

    private static long Read(string number) => long.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private async Task<int> SumOnceAsync(
        ISumClient client, long a, long b, ConnectTracker reached, ClientMetrics? metrics, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        _now = () => "waiting for the answer";
        SumResult result = await client.SumAsync(a, b, stop).ConfigureAwait(false);
        if (metrics is not null)
        {
            string? error = ClientMetrics.ErrorOf(result.Outcome);
            metrics.RequestEnded(Stopwatch.GetElapsedTime(start), error);
            metrics.Totals = new RequestTotals(() => [(error, 1)], Active: null, () => result.IsRetried ? 1 : 0, Outages: null);
        }

        if (!result.IsSum)
        {
            int exitCode = result.Outcome == SumOutcome.WrongAnswer ? ExitCode.WrongAnswer : ExitCode.AnswersMissing;
            throw new CommandFailedException(reached.ToExitCode(exitCode), SumFailure.Explain(result, reached.Trouble));
        }

        using Stream output = StandardOutput.Open();
        StandardOutput.Write(output, string.Create(CultureInfo.InvariantCulture, $"{result.Sum}\n"));
        return ExitCode.Success;
    }

    private async Task<int> FilterAsync(ISumClient client, ConnectTracker reached, ClientMetrics? metrics, CancellationToken stop)
    {
        using Stream input = StandardInput.Open();
        using Stream output = StandardOutput.Open();
        SumFilter filter = new(
            client, connect.Program.ReadAhead, input, output, result => SumFailure.Describe(result, reached.Trouble),
            (line, why) => Console.Error.WriteLine($"{connect.Program.ProgramName}: line {line}: {why}"));
        if (metrics is not null)
            metrics.Totals = filter.Totals;
        _now = filter.Snapshot;
        await filter.RunAsync(stop).ConfigureAwait(false);
        return filter switch
        {
            { WrongAnswers: > 0 } => ExitCode.WrongAnswer,
            { Unanswered: > 0 } => reached.ToExitCode(ExitCode.AnswersMissing),
            { Missing: > 0 } => ExitCode.AnswersMissing,
            _ => ExitCode.Success,
        };
    }
}

/// <summary>Whether a client has ever reached its server; the exit code says when it has not.</summary>
internal sealed class ConnectTracker
{
    private volatile bool _reached;
    private volatile string? _trouble;

    public ConnectTracker(ISumClient client) => client.ConnectionChanged += change =>
    {
        if (change.Kind == ConnectionEventKind.Connected)
            _reached = true;
        else
            _trouble = change.Reason + SumFailure.Advice(change.Peer);
    };

    public bool IsReached => _reached;

    /// <summary>Why it was last not reached, or lost again; null when neither happened.</summary>
    public string? Trouble => _trouble;

    /// <summary>The exit code of a failure, which is <paramref name="otherwise"/> when the server was reached.</summary>
    public int ToExitCode(int otherwise) => _reached ? otherwise : ExitCode.Unreachable;
}

/// <summary>Why there is no sum, in the words of a ping.</summary>
internal static class SumFailure
{
    /// <summary>What to do about a peer that is not what it was taken for, behind what is said of it; empty for no advice.</summary>
    public static string Advice(WrongPeer peer) => peer switch
    {
        WrongPeer.NoSumServer => ": try connect, or idle --any",
        WrongPeer.SpeaksTls => ": give --tls",
        _ => "",
    };

    /// <param name="result">The outcome.</param>
    /// <param name="trouble">What last happened to the connection; null for nothing.</param>
    public static string Describe(SumResult result, string? trouble) => result.Outcome switch
    {
        SumOutcome.ServerError => result.Error.ToWireName(),
        SumOutcome.TimedOut => "timed out",
        SumOutcome.NotSent => trouble is null ? "not sent" : $"not sent: {trouble}",
        SumOutcome.WrongAnswer => "wrong answer",
        _ => trouble ?? "connection lost",
    };

    /// <summary>The same with what a server's error means, and what happened while a request waited in vain.</summary>
    public static string Explain(SumResult result, string? trouble) => (result.Outcome, trouble) switch
    {
        (SumOutcome.ServerError, _) => $"{Describe(result, trouble)}: {new ProtocolError(result.Error).Message}",
        (SumOutcome.TimedOut, not null) => $"{Describe(result, trouble)} ({trouble})",
        _ => Describe(result, trouble),
    };
}
