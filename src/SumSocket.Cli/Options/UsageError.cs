using System.CommandLine.Parsing;

namespace SumSocket.Cli.Options;

/// <summary>Says in one line what is wrong with a command line, the first thing first.</summary>
internal static class UsageError
{
    private const int LeastLength = 3; // every two letters are near each other
    private const int LongestLength = 64;

    /// <param name="parsed">The command line.</param>
    /// <param name="whole">Makes the command line with all commands, where this one has only the command in use.</param>
    /// <returns>Null when nothing is wrong.</returns>
    public static string? Find(ParseResult parsed, Func<RootCommand>? whole = null)
    {
        // The parser ignores directives that it does not know.
        if (parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive)
            return Unknown("command or argument", directive.Value, []);
        if (parsed.Errors.Count == 0 || parsed.Action is { ClearsParseErrors: true })
            return null;
        // An unknown option may also count as one argument too many, or as a value that cannot be read: it is the cause.
        Command command = parsed.CommandResult.Command;
        string? unknown = parsed.UnmatchedTokens.FirstOrDefault(IsOptionLike)
            ?? Commands(parsed.CommandResult).SelectMany(result => result.Tokens).Select(token => token.Value).FirstOrDefault(IsOptionLike);
        if (unknown is not null)
        {
            string text = Unknown("option", unknown, KnownOptions(parsed.CommandResult));
            return text.EndsWith('?') ? text
                : WhyNotHere(unknown.Split('=')[0], command, whole?.Invoke() ?? parsed.RootCommandResult.Command) ?? text;
        }

        if (parsed.UnmatchedTokens.Count > 0)
            return Unknown("command or argument", parsed.UnmatchedTokens[0], command.Subcommands.Select(sub => sub.Name));
        ParseError error = parsed.Errors[0];
        return error.SymbolResult switch
        {
            OptionResult { Tokens.Count: 0, Option: var option } =>
                $"{option.Name}: needs a value: {option.HelpName}, {option.Description}",
            OptionResult { Tokens.Count: > 1, Option: var option } when option.Arity.MaximumNumberOfValues == 1 =>
                $"{option.Name}: is there more than once: give it once",
            _ => error.Message,
        };
    }

    /// <summary>Says that a word is not known, and what it may have been meant to be.</summary>
    public static string Unknown(string what, string word, IEnumerable<string> known)
    {
        string text = $"unknown {what} '{Printable.Text(word)}'";
        string? near = Nearest(word.Split('=')[0], [.. known]);
        return near is null ? text : $"{text}: did you mean {near}?";
    }

    /// <summary>The known word with the fewest letters to change, at most a third of them, or else one that begins with this; null when
    /// none is near.</summary>
    public static string? Nearest(string word, IReadOnlyCollection<string> known)
    {
        string letters = word.TrimStart('-');
        if (letters.Length > LongestLength)
            return null;
        return known
            .Select(candidate => (Word: candidate, Letters: candidate.TrimStart('-')))
            .Where(candidate => candidate.Letters.Length >= LeastLength)
            .Select(candidate => (candidate.Word, candidate.Letters, Distance: Distance(letters, candidate.Letters)))
            .Where(candidate => candidate.Distance <= Math.Max(1, candidate.Letters.Length / 3)
                || (letters.Length >= LeastLength && candidate.Letters.StartsWith(letters, StringComparison.Ordinal)))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Word)
            .FirstOrDefault()
            ?? (letters == "output" && known.Contains("--json") ? "--json" : null);
    }

    private static IEnumerable<CommandResult> Commands(CommandResult result)
    {
        for (CommandResult? at = result; at is not null; at = at.Parent as CommandResult)
            yield return at;
    }

    /// <summary>Of an option that other commands have; null of any other.</summary>
    private static string? WhyNotHere(string option, Command command, Command root)
    {
        Command[] others = [.. root.Subcommands.Where(other => other.Name != command.Name && Has(other, option))];
        if (others.Length == 0)
            return null;
        return command is RootCommand
            ? $"{option}: belongs to {string.Join(", ", others.Select(other => other.Name))}: give it behind the command"
            : $"{option}: does not apply to {command.Name}: leave it out";
    }

    private static bool Has(Command command, string option) =>
        command.Options.Any(other => other.Name == option || other.Aliases.Contains(option));

    private static bool IsOptionLike(string token) =>
        token.Length > 1 && token[0] == '-' && !char.IsAsciiDigit(token[1]) && token[1] != '.';

    private static IEnumerable<string> KnownOptions(CommandResult result)
    {
        IEnumerable<Option> options = result.Command.Options;
        for (SymbolResult? at = result.Parent; at is CommandResult parent; at = at.Parent)
            options = options.Concat(parent.Command.Options.Where(option => option.Recursive));
        return options.SelectMany(option => (string[])[option.Name, .. option.Aliases]);
    }

    /// <summary>How many letters must be added, removed, replaced or swapped with the next (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        int[,] changes = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                changes[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(
                        changes[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1), 1 + Math.Min(changes[i - 1, j], changes[i, j - 1])),
                };
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    changes[i, j] = Math.Min(changes[i, j], changes[i - 2, j - 2] + 1);
            }
        }

        return changes[from.Length, to.Length];
    }
}
