using System.CommandLine.Parsing;

namespace SumSocket.Cli.Options;

/// <summary>Says in one line what is wrong with a command line, the first thing first.</summary>
internal static class UsageError
{
    private const int MaxDistance = 3;

    /// <summary>Null when nothing is wrong.</summary>
    public static string? Find(ParseResult parsed)
    {
        // The parser ignores directives that it does not know.
        if (parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive)
            return Unknown("command or argument", directive.Value, []);
        if (parsed.Errors.Count == 0 || parsed.Action is { ClearsParseErrors: true })
            return null;
        // An unknown option may also count as one argument too many, or as a value that cannot be read: it is the cause.
        Command command = parsed.CommandResult.Command;
        string? unknown = parsed.UnmatchedTokens.FirstOrDefault(IsOptionLike)
            ?? parsed.CommandResult.Tokens.Select(token => token.Value).FirstOrDefault(IsOptionLike);
        if (unknown is not null)
            return Unknown("option", unknown, KnownOptions(parsed.CommandResult));
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

    private static bool IsOptionLike(string token) =>
        token.Length > 1 && token[0] == '-' && !char.IsAsciiDigit(token[1]) && token[1] != '.';

    private static string Unknown(string what, string token, IEnumerable<string> known)
    {
        string text = $"unknown {what} '{Printable.Text(token)}'";
        string? near = Nearest(token.Split('=')[0], known);
        return near is null ? text : $"{text}: did you mean {near}?";
    }

    private static IEnumerable<string> KnownOptions(CommandResult result)
    {
        IEnumerable<Option> options = result.Command.Options;
        for (SymbolResult? at = result.Parent; at is CommandResult parent; at = at.Parent)
            options = options.Concat(parent.Command.Options.Where(option => option.Recursive));
        return options.SelectMany(option => (string[])[option.Name, .. option.Aliases]);
    }

    /// <summary>The known word with the fewest letters to change, at most a third of its own; null when none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) => known
        .Where(candidate => candidate.Length > 2) // every two letters are near each other
        .Select(candidate => (Word: candidate, Distance: Distance(word, candidate)))
        .Where(candidate => candidate.Distance <= Math.Min(MaxDistance, candidate.Word.Length / 3 + 1))
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Word)
        .FirstOrDefault();

    /// <summary>How many letters must be added, removed or replaced (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
