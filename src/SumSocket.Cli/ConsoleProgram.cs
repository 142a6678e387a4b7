using System.Net;
using SumSocket.Cli.Options;
using SumSocket.Cli.Shell;

namespace SumSocket.Cli;

/// <summary>Runs a command line to its exit code. Whatever goes wrong, the user sees one line on stderr and never a stack trace.</summary>
internal static class ConsoleProgram
{
    /// <summary>Runs it. Failures go to <paramref name="error"/>, or stderr, and begin with <paramref name="name"/>; help and version go to
    /// <paramref name="output"/>, or stdout. What cannot be written to stderr changes no exit code.</summary>
    /// <param name="name">The program.</param>
    /// <param name="root">Its command line.</param>
    /// <param name="arguments">What the user wrote.</param>
    /// <param name="error">For failures.</param>
    /// <param name="output">For help and version.</param>
    /// <param name="whole">Makes the command line with all commands, where <paramref name="root"/> has only one.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        string name, RootCommand root, IReadOnlyList<string> arguments, TextWriter? error = null, TextWriter? output = null,
        Func<RootCommand>? whole = null)
    {
        if (error is null)
            StandardError.Use();
        error ??= Console.Error;
        if (output is null)
            Console.SetOut(output = StandardOutput.Writer()); // the console's own is opened by the log, which does not use it, and may fail
        try
        {
            if (arguments is [ShellFile.Option, var what])
            {
                output.Write(ShellFile.Write(name, root, what));
                return ExitCode.Success;
            }

            root.Directives.Clear(); // [suggest] and its like are for tools and would make some arguments impossible to give
            ParseResult parsed = root.Parse(WithoutBrackets(arguments), new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (UsageError.Find(parsed, arguments, whole) is { } wrong)
                throw new CommandFailedException(ExitCode.Usage, $"{wrong} (see --help)");
            CommandHelp.Prepare(parsed.CommandResult.Command);
            InvocationConfiguration invocation = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // StopSignal has the signals; the default would give a drain two seconds
                Output = output,
                Error = error,
            };
            return await parsed.InvokeAsync(invocation, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            (int exitCode, string? message) = Explain(failure);
            if (message is not null)
                error.WriteLine($"{name}: {message}");
            return exitCode;
        }
    }

    /// <summary>To the parser a first word in brackets is a directive; it may be an address.</summary>
    internal static IReadOnlyList<string> WithoutBrackets(IReadOnlyList<string> arguments) =>
        arguments is [['[', .. var address, ']'], ..] && IPAddress.TryParse(address, out _) ? [address, .. arguments.Skip(1)] : arguments;

    private static (int ExitCode, string? Message) Explain(Exception failure) => failure switch
    {
        CommandFailedException expected => (expected.ExitCode, expected.Message),
        IOException closed when StandardOutput.IsClosed(closed) => (ExitCode.OutputClosed, null),
        // the latter from a stream that was never open
        IOException or UnauthorizedAccessException => (ExitCode.AnswersMissing, $"cannot read or write: {OneLine(failure.Message)}"),
        _ => (ExitCode.InternalFault, $"internal fault: {failure.GetType().Name}: {OneLine(failure.Message)}"),
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}

/// <summary>Ends the program with one line on stderr and an exit code, for failures that a user or an administrator can fix.</summary>
/// <param name="exitCode">One of <see cref="Cli.ExitCode"/>.</param>
/// <param name="message">What is wrong and, where that helps, what would be right.</param>
internal sealed class CommandFailedException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
