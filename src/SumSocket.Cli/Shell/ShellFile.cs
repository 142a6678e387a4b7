using System.Reflection;

namespace SumSocket.Cli.Shell;

/// <summary>What a package installs beside a program: <c>--generate man|bash|zsh|fish</c> prints its manual page or completions. They are
/// made from the definitions of the options, so they cannot differ from what the program accepts.</summary>
internal static class ShellFile
{
    public const string Option = "--generate";

    /// <exception cref="CommandFailedException">There is no such file.</exception>
    public static string Write(string program, RootCommand root, string what)
    {
        CommandNode tree = CommandNode.Of(root);
        string version = typeof(ShellFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return what switch
        {
            "man" => ManPage.Write(program, version.Split('+')[0], tree),
            "bash" => Completion.Bash(program, tree),
            "zsh" => Completion.Zsh(program, tree),
            "fish" => Completion.Fish(program, tree),
            _ => throw new CommandFailedException(
                ExitCode.Usage, $"{Option}: '{Printable.Text(what)}' is none of man, bash, zsh, fish"),
        };
    }
}
