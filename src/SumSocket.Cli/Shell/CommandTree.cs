using SumSocket.Cli.Options;

namespace SumSocket.Cli.Shell;

/// <summary>One command as man pages and completions show it, read from the definitions that the parser uses.</summary>
/// <param name="Name">Empty for the program itself.</param>
/// <param name="Description">What it does: paragraphs with an empty line between them.</param>
/// <param name="Arguments">What stands for them, such as <c>FILE</c>; in brackets where they may be left out.</param>
/// <param name="Options">The visible ones, its own before those of the program.</param>
/// <param name="Commands">The commands below it.</param>
internal sealed record CommandNode(
    string Name, string Description, IReadOnlyList<string> Arguments, IReadOnlyList<OptionNode> Options,
    IReadOnlyList<CommandNode> Commands)
{
    /// <summary>Whether its arguments are files.</summary>
    public bool TakesFiles => Takes("FILE");

    /// <summary>Whether one of its arguments is a server.</summary>
    public bool TakesServer => Takes("HOST:PORT");

    public static CommandNode Of(RootCommand root) => Of(root, string.Empty, [.. root.Options.Where(option => option.Recursive)]);

    private bool Takes(string argument) => Arguments.Any(one => one.Trim('[', ']') == argument);

    private static CommandNode Of(Command command, string name, Option[] recursive)
    {
        CommandHelp.Prepare(command);
        OptionNode[] options =
            [.. command.Options.Where(option => !option.Recursive).Concat(recursive).Where(option => !option.Hidden).Select(OptionNode.Of)];
        return new CommandNode(
            name,
            command.Description ?? string.Empty,
            [.. command.Arguments.Where(argument => !argument.Hidden)
                .Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name)],
            options,
            [.. command.Subcommands.Where(below => !below.Hidden).Select(below => Of(below, below.Name, recursive))]);
    }
}

/// <summary>One option.</summary>
/// <param name="Names">All of them, the long one first: <c>--port</c>, <c>-p</c>.</param>
/// <param name="Placeholder">What stands for its value, such as <c>PORT</c>; null for a flag.</param>
/// <param name="Description">In one line.</param>
internal sealed record OptionNode(IReadOnlyList<string> Names, string? Placeholder, string Description)
{
    /// <summary>Whether its value is a file.</summary>
    public bool TakesFile => Placeholder == "FILE";

    /// <summary>The words its value can be; empty where it is free. What stands for something else is in capitals.</summary>
    public IReadOnlyList<string> Words => Placeholder?.Contains('|') == true
        ? [.. Placeholder.Split('|').Where(word => !word.Any(char.IsUpper))] : [];

    public static OptionNode Of(Option option)
    {
        bool isFlag = option.Arity.MaximumNumberOfValues == 0;
        string description = option.Description ?? string.Empty;
        bool saysDefault = description.Contains("[default", StringComparison.Ordinal);
        if (!isFlag && !saysDefault && option.HasDefaultValue && option.GetDefaultValue() is { } value)
            description += string.Create(CultureInfo.InvariantCulture, $" [default: {Join(value)}]");
        string[] names = [option.Name, .. option.Aliases.Where(alias => alias != option.Name)];
        return new OptionNode(names, isFlag ? null : option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant(), description);
    }

    private static string Join(object value) => value is string[] several ? string.Join(' ', several) : value.ToString()!;
}
