using System.Runtime.CompilerServices;

namespace SumSocket.Cli.Options;

/// <summary>What the help of one command says of an option that several have, where that is not the same for all.</summary>
internal static class CommandHelp
{
    private static readonly ConditionalWeakTable<Option, Action<string>> _changes = [];

    /// <summary>Registers how an option changes its description, or the default that it shows, for the command of a name.</summary>
    /// <param name="option">The option.</param>
    /// <param name="change">Gets the option and the name; the program itself has none.</param>
    /// <returns>The option.</returns>
    public static TOption ForEach<TOption>(this TOption option, Action<TOption, string> change)
        where TOption : Option
    {
        _changes.Add(option, name => change(option, name));
        return option;
    }

    /// <summary>Makes all options of a command say what holds for it. The arguments of the program are shown only where it has no command.
    /// </summary>
    public static void Prepare(Command command)
    {
        foreach (Argument argument in command.Parents.OfType<Command>().SelectMany(parent => parent.Arguments))
            argument.Hidden = true;
        IEnumerable<Option> inherited = command.Parents.OfType<Command>().SelectMany(parent => parent.Options);
        foreach (Option option in command.Options.Concat(inherited.Where(option => option.Recursive)))
        {
            if (_changes.TryGetValue(option, out Action<string>? change))
                change(command is RootCommand ? "" : command.Name);
        }
    }
}
