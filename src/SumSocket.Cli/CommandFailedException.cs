namespace SumSocket.Cli;

/// <summary>Ends the program with one line for people on stderr and an exit code. For what a user or an administrator can put
/// right.</summary>
internal sealed class CommandFailedException : Exception
{
    /// <summary>Names the exit code and says in one line what is wrong.</summary>
    /// <param name="exitCode">One of <see cref="Cli.ExitCode"/>.</param>
    /// <param name="message">What is wrong and, where that helps, what would be right.</param>
    public CommandFailedException(int exitCode, string message) : base(message) => ExitCode = exitCode;

    /// <summary>What the process returns.</summary>
    public int ExitCode { get; }
}
