using System.Text;

namespace SumSocket.Cli.Shell;

/// <summary>Writes a manual page of section 1, in the macros of man(7).</summary>
internal static class ManPage
{
    public static string Write(string program, string version, CommandNode root)
    {
        StringBuilder page = new();
        string[] paragraphs = root.Description.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        page.Append(CultureInfo.InvariantCulture, $".TH {program.ToUpperInvariant()} 1 \"\" \"SumSocket {version}\" \"User Commands\"\n");
        page.Append(CultureInfo.InvariantCulture, $".SH NAME\n{program} \\- {Escape(FirstSentence(paragraphs[0]))}\n.SH SYNOPSIS\n");
        Synopsis(page, program, root);
        foreach (CommandNode command in root.Commands)
            Synopsis(page, program, command);
        page.Append(".SH DESCRIPTION\n");
        Paragraphs(page, root.Description);
        page.Append(".SH OPTIONS\n");
        Options(page, root.Options);
        if (root.Commands.Count > 0)
            page.Append(".SH COMMANDS\n");
        foreach (CommandNode command in root.Commands)
        {
            page.Append(CultureInfo.InvariantCulture, $".SS {Escape(string.Join(' ', [command.Name, .. command.Arguments]))}\n");
            Paragraphs(page, command.Description);
            HashSet<string> common = [.. root.Options.Select(option => option.Names[0])];
            Options(page, [.. command.Options.Where(option => !common.Contains(option.Names[0]) || Differs(root, option))]);
        }

        return page.ToString();
    }

    /// <summary>Whether a command's option means something else than the program's of the same name.</summary>
    private static bool Differs(CommandNode root, OptionNode option) =>
        root.Options.First(other => other.Names[0] == option.Names[0]).Description != option.Description;

    private static void Synopsis(StringBuilder page, string program, CommandNode command)
    {
        string arguments = string.Concat(command.Arguments.Select(argument => $" {argument}"));
        page.Append(CultureInfo.InvariantCulture, $".B {program}{(command.Name.Length > 0 ? $" {command.Name}" : "")}\n");
        page.Append(CultureInfo.InvariantCulture, $".RI [ options \"]{Escape(arguments)}\"\n.br\n");
    }

    private static void Paragraphs(StringBuilder page, string text)
    {
        foreach (string paragraph in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            page.Append(CultureInfo.InvariantCulture, $".PP\n{Escape(paragraph)}\n");
    }

    private static void Options(StringBuilder page, IReadOnlyList<OptionNode> options)
    {
        foreach (OptionNode option in options)
        {
            string names = string.Join(", ", option.Names.Reverse().Select(name => $"\\fB{Escape(name)}\\fR"));
            string value = option.Placeholder is null ? "" : $" \\fI{Escape(option.Placeholder)}\\fR";
            page.Append(CultureInfo.InvariantCulture, $".TP\n{names}{value}\n{Escape(option.Description)}\n");
        }
    }

    private static string FirstSentence(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        int end = line.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? line : line[..end]).TrimEnd('.');
    }

    /// <summary>What roff would take for a request or an escape stays text, and a hyphen can be copied.</summary>
    private static string Escape(string text)
    {
        string escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return string.Join('\n', escaped.Split('\n').Select(line => line.StartsWith('.') || line.StartsWith('\'') ? $"\\&{line}" : line));
    }
}
