using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SumSocket.Cli;
using SumSocket.Client;
using SumSocket.Client.Tcp;

namespace SumSocket.Apps;

/// <summary>The <c>sum</c> command: one sum from the command line, or any number of them as a filter.</summary>
internal sealed class SumCommand(ConnectOptions connect, PingCommand ping)
{
    // Enough to keep the server busy while the answers before them are being written.
    private const int MaxInFlight = 2048;

    private readonly Argument<string[]> _numbers = new("numbers")
    {
        Description = "Two 64-bit integers, or - for pairs from stdin",
        HelpName = "A B | -",
        Arity = new ArgumentArity(1, 2),
    };

    public Command Create()
    {
        Command command = new(
            "sum",
            """
            Prints the sum of two integers: 'sum 7 4' prints 11.

            'sum -' reads pairs from stdin, one a line ('7 4', '7,4' or {"A":7,"B":4}; blank lines are skipped), and prints for each pair one line,
            in order: its sum, or 'error: ' and why there is none, such as 'error: overflow'. A line that holds no pair prints nothing there
            and is told on stderr with its line number, as is each error; the rest goes on, and the exit code is 1 at the end.
            Ctrl-C stops reading; what was asked is still answered.
            """)
        {
            _numbers,
        };
        command.Validators.Add(result =>
        {
            string[] numbers = [.. result.GetResult(_numbers)?.Tokens.Select(token => token.Value) ?? []];
            if (numbers is not ["-"] && numbers.Length != 2)
                result.AddError("sum: give two integers, such as sum 7 4, or - to read pairs from stdin");
            else if (numbers.Length == 2 && numbers.FirstOrDefault(number => !CliOption.TryReadInteger(number, out _)) is { } wrong)
                result.AddError($"sum: '{Printable.Text(wrong)}' is not a 64-bit integer: give -9223372036854775808 to 9223372036854775807");
        });
        ping.ForbidWith(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using ILoggerFactory loggers = ConsoleLog.Create(connect.Log.Level(parsed));
        using StopSignal signal = new();
        ServerTarget target = ServerTarget.Open(connect.Bind(parsed), connect.UsesLoopback(parsed), loggers);
        await using (target.ConfigureAwait(false))
        {
            SumTcpClient client = new(target.Options with { MaxInFlight = MaxInFlight }, loggers);
            await using (client.ConfigureAwait(false))
            {
                try
                {
                    await client.ConnectAsync(signal.Token).ConfigureAwait(false);
                    return parsed.GetRequiredValue(_numbers) is [string a, string b]
                        ? await SumOnceAsync(client, Read(a), Read(b), signal.Token).ConfigureAwait(false)
                        : await FilterAsync(client, signal.Token).ConfigureAwait(false);
                }
                catch (SumConnectException failure)
                {
                    throw new CommandFailedException(ExitCode.Unreachable, failure.Message);
                }
                catch (OperationCanceledException) when (signal.Token.IsCancellationRequested)
                {
                    return ExitCode.AnswersMissing;
                }
            }
        }
    }

    private static long Read(string number) => long.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static async Task<int> SumOnceAsync(SumTcpClient client, long a, long b, CancellationToken stop)
    {
        SumResult result = await client.SumAsync(a, b, stop).ConfigureAwait(false);
        if (!result.IsSum)
            throw new CommandFailedException(ExitCodeOf(result.Outcome), SumFailure.Explain(result));
        using Stream output = StandardOutput.Open();
        output.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{result.Sum}\n")));
        output.Flush();
        return ExitCode.Success;
    }

    private static async Task<int> FilterAsync(SumTcpClient client, CancellationToken stop)
    {
        using Stream input = Console.OpenStandardInput();
        using Stream output = StandardOutput.Open();
        SumFilter filter = new(client, MaxInFlight, input, output, (line, why) => Console.Error.WriteLine($"TcpClient: line {line}: {why}"));
        await filter.RunAsync(stop).ConfigureAwait(false);
        return filter.WrongAnswers > 0 ? ExitCode.WrongAnswer : filter.Missing > 0 ? ExitCode.AnswersMissing : ExitCode.Success;
    }

    private static int ExitCodeOf(SumOutcome outcome) => outcome == SumOutcome.WrongAnswer ? ExitCode.WrongAnswer : ExitCode.AnswersMissing;
}
