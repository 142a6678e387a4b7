using SumSocket.Cli.Options;

namespace SumSocket.Cli;

/// <summary>Runs a command line to its exit code. Whatever goes wrong, the user sees one line on stderr and never a stack trace.</summary>
internal static class ConsoleProgram
{
    /// <param name="name">The program's name, which begins each line about a failure.</param>
    /// <param name="root">The commands and options.</param>
    /// <param name="arguments">What the user gave.</param>
    /// <param name="error">Where failures are reported; null for stderr.</param>
    /// <param name="output">Where help and version go; null for stdout.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        string name, RootCommand root, IReadOnlyList<string> arguments, TextWriter? error = null, TextWriter? output = null)
    {
        error ??= Console.Error;
        try
        {
            root.Directives.Clear(); // [suggest] and its like are for tools and would make some arguments impossible to give
            ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (UsageError.Find(parsed) is { } wrong)
                throw new CommandFailedException(ExitCode.Usage, $"{wrong} (see --help)");
            InvocationConfiguration invocation = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // StopSignal has the signals; the default would give a drain two seconds
                Output = output ?? Console.Out,
                Error = error,
            };
            return await parsed.InvokeAsync(invocation, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CommandFailedException failure)
        {
            error.WriteLine($"{name}: {failure.Message}");
            return failure.ExitCode;
        }
        catch (IOException failure) when (StandardOutput.IsClosed(failure))
        {
            return ExitCode.OutputClosed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException) // the latter: a stream that was never open
        {
            error.WriteLine($"{name}: cannot read or write: {OneLine(failure.Message)}");
            return ExitCode.AnswersMissing;
        }
        catch (Exception fault)
        {
            error.WriteLine($"{name}: internal fault: {fault.GetType().Name}: {OneLine(fault.Message)}");
            return ExitCode.InternalFault;
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}

/// <summary>Ends the program with one line on stderr and an exit code, for failures that a user or an administrator can fix.</summary>
/// <param name="exitCode">One of <see cref="Cli.ExitCode"/>.</param>
/// <param name="message">What is wrong and, where that helps, what would be right.</param>
internal sealed class CommandFailedException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
