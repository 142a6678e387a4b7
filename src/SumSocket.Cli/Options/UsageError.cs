using System.CommandLine.Parsing;

namespace SumSocket.Cli.Options;

/// <summary>Says in one line what is wrong with a command line, the first thing first.</summary>
internal static class UsageError
{
    /// <summary>Null when nothing is wrong.</summary>
    public static string? Find(ParseResult parsed)
    {
        // The parser passes over directives it does not know.
        if (parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive)
            return Unknown("command or argument", directive.Value, []);
        if (parsed.Errors.Count == 0 || parsed.Action is { ClearsParseErrors: true })
            return null;
        // An unknown option is also the argument that too many were given of, or the value that cannot be read: it is the cause.
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
            OptionResult { Tokens.Count: 0, Option: var option } => $"{option.Name}: needs a value: {option.HelpName}, {option.Description}",
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
        string? near = Spelling.Nearest(token.Split('=')[0], known);
        return near is null ? text : $"{text}: did you mean {near}?";
    }

    private static IEnumerable<string> KnownOptions(CommandResult result)
    {
        for (SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is not CommandResult { Command: { } command })
                continue;
            foreach (Option option in command.Options.Where(option => at == result || option.Recursive))
            {
                yield return option.Name;
                foreach (string alias in option.Aliases)
                    yield return alias;
            }
        }
    }
}
