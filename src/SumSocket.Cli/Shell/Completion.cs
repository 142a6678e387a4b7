using System.Text;

namespace SumSocket.Cli.Shell;

/// <summary>Writes completions for shells: commands, options with what they mean, words and files.</summary>
internal static class Completion
{
    /// <summary>For bash: a function that finds the command among the words before the cursor.</summary>
    public static string Bash(string program, CommandNode root)
    {
        StringBuilder script = new();
        script.Append(CultureInfo.InvariantCulture, $"# bash completion for {program}\n_{program}() {{\n");
        script.Append("    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command='' i\n");
        if (root.Commands.Count > 0)
        {
            script.Append("    for (( i = 1; i < COMP_CWORD; i++ )); do\n        case ${COMP_WORDS[i]} in\n");
            script.Append(CultureInfo.InvariantCulture, $"            {Names(root.Commands, "|")}) command=${{COMP_WORDS[i]}}; break ;;\n");
            script.Append("        esac\n    done\n");
        }

        script.Append("    case $command:$before in\n");
        foreach (CommandNode command in (CommandNode[])[root, .. root.Commands])
        {
            foreach (OptionNode option in command.Options.Where(option => option.Placeholder is not null))
            {
                string names = string.Join('|', option.Names.Select(name => $"{command.Name}:{name}"));
                script.Append(CultureInfo.InvariantCulture, $"        {names}) {BashValue(option)}; return ;;\n");
            }
        }

        script.Append("    esac\n    case $command in\n");
        foreach (CommandNode command in root.Commands)
            script.Append(CultureInfo.InvariantCulture, $"        {command.Name}) {Reply(BashWords(command))} ;;\n");
        script.Append(CultureInfo.InvariantCulture, $"        *) {Reply(BashWords(root))} ;;\n");
        script.Append(CultureInfo.InvariantCulture, $"    esac\n}}\ncomplete -F _{program} {program}\n");
        return script.ToString();
    }

    /// <summary>For zsh: _arguments with descriptions.</summary>
    public static string Zsh(string program, CommandNode root)
    {
        StringBuilder script = new();
        script.Append(CultureInfo.InvariantCulture, $"#compdef {program}\n_{program}() {{\n");
        script.Append(CultureInfo.InvariantCulture, $"    local command=${{words[(r){ZshPattern(root)}]}}\n");
        script.Append("    case $command in\n");
        foreach (CommandNode command in root.Commands)
            ZshCase(script, command.Name, command, "");
        IEnumerable<string> named = root.Commands.Select(command => $"{command.Name}\\:\"{ZshQuote(FirstLine(command.Description))}\"");
        string commands = string.Join(' ', named);
        ZshCase(script, "*", root, commands.Length > 0 ? $" \\\n            '*:command:(({commands}))'" : "");
        script.Append(CultureInfo.InvariantCulture, $"    esac\n}}\n_{program} \"$@\"\n");
        return script.ToString();
    }

    /// <summary>For fish: a line for each option.</summary>
    public static string Fish(string program, CommandNode root)
    {
        StringBuilder script = new();
        script.Append(CultureInfo.InvariantCulture, $"# fish completion for {program}\ncomplete -c {program} -f\n");
        string none = root.Commands.Count > 0 ? $"not __fish_seen_subcommand_from {Names(root.Commands, " ")}" : "true";
        foreach (CommandNode command in root.Commands)
            FishLine(script, program, none, $"-a {command.Name}", FirstLine(command.Description));
        foreach (OptionNode option in root.Options)
            FishLine(script, program, none, FishOption(option), option.Description);
        foreach (CommandNode command in root.Commands)
        {
            if (command.TakesFiles)
                FishLine(script, program, $"__fish_seen_subcommand_from {command.Name}", "-F", "file");
            if (command.TakesServer)
                FishLine(script, program, $"__fish_seen_subcommand_from {command.Name}", "-a '(__fish_print_hostnames)'", "server");
            foreach (OptionNode option in command.Options)
                FishLine(script, program, $"__fish_seen_subcommand_from {command.Name}", FishOption(option), option.Description);
        }

        return script.ToString();
    }

    private static string Names(IEnumerable<CommandNode> commands, string separator) =>
        string.Join(separator, commands.Select(command => command.Name));

    private static string FirstLine(string text) => text.Split('\n')[0];

    private static string BashValue(OptionNode option) =>
        option.TakesFile ? $"local IFS=$'\\n'; compopt -o filenames 2> /dev/null; {Reply("-f")}" // a blank in a name is no end of it
        : option.Words.Count > 0 ? Reply($"-W '{string.Join(' ', option.Words)}'")
        : "COMPREPLY=()";

    private static string Reply(string words) => $"COMPREPLY=($(compgen {words} -- \"$word\"))";

    private static string BashWords(CommandNode command)
    {
        string files = command.TakesFiles ? "-f " : command.TakesServer ? "-A hostname " : "";
        IEnumerable<string> words = command.Commands.Select(below => below.Name).Concat(command.Options.SelectMany(option => option.Names));
        return $"{files}-W '{string.Join(' ', words)}'";
    }

    private static string ZshPattern(CommandNode root) => root.Commands.Count > 0 ? $"({Names(root.Commands, "|")})" : "()";

    private static void ZshCase(StringBuilder script, string pattern, CommandNode command, string more)
    {
        script.Append(CultureInfo.InvariantCulture, $"        {pattern}) _arguments -s");
        foreach (OptionNode option in command.Options)
        {
            string value = option.Placeholder is null ? ""
                : option.TakesFile ? ":file:_files"
                : option.Words.Count > 0 ? $":{ZshQuote(option.Placeholder)}:({string.Join(' ', option.Words)})"
                : $":{ZshQuote(option.Placeholder)}:";
            string names = option.Names.Count > 1 ? $"{{{string.Join(',', option.Names)}}}" : option.Names[0];
            script.Append(CultureInfo.InvariantCulture, $" \\\n            {names}'[{ZshQuote(option.Description)}]{value}'");
        }

        string files = command.TakesFiles ? " \\\n            '*:file:_files'"
            : command is { TakesServer: true, Name.Length: > 0 } ? " \\\n            '*:server:_hosts'" : "";
        script.Append(CultureInfo.InvariantCulture, $"{more}{files} ;;\n");
    }

    private static string ZshQuote(string text) => string.Concat(text.Select(c => c switch
    {
        '\'' => "'\\''",
        '[' or ']' or ':' => $"\\{c}",
        _ => $"{c}",
    }));

    private static string FishOption(OptionNode option)
    {
        IEnumerable<string> names = option.Names.Select(name =>
            name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}"
            : name.Length == 2 ? $"-s '{name[1..]}'"
            : $"-o '{name[1..]}'");
        string value = option.Placeholder is null ? "" : option.TakesFile ? " -r -F"
            : option.Words.Count > 0 ? $" -x -a '{string.Join(' ', option.Words)}'" : " -x";
        return string.Join(' ', names) + value;
    }

    private static void FishLine(StringBuilder script, string program, string condition, string what, string description)
    {
        string quoted = description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        script.Append(CultureInfo.InvariantCulture, $"complete -c {program} -n '{condition}' {what} -d '{quoted}'\n");
    }
}
