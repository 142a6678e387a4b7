using System.CommandLine.Parsing;

namespace SumSocket.Cli.Options;

/// <summary>Says in one line what is wrong with a command line, the first thing first.</summary>
internal static class UsageError
{
    /// <summary>What <see cref="Unknown"/> calls a word that is neither.</summary>
    public const string CommandOrArgument = "command or argument";

    private const int LeastLength = 3; // every two letters are near each other
    private const int LongestLength = 64;

    /// <param name="parsed">The command line.</param>
    /// <param name="arguments">What the user wrote.</param>
    /// <param name="whole">Makes the command line with all commands, where this one has only the command in use.</param>
    /// <returns>Null when nothing is wrong.</returns>
    public static string? Find(ParseResult parsed, IReadOnlyList<string>? arguments = null, Func<RootCommand>? whole = null)
    {
        // The parser ignores directives that it does not know.
        if (parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive)
            return Unknown(CommandOrArgument, directive.Value, []);
        if (parsed.Action is { ClearsParseErrors: true })
            return null;
        if (FlagWithValue(parsed, arguments ?? []) is { } flag)
            return flag;
        if (parsed.Errors.Count == 0)
            return null;
        // What was to be a command is the cause of all that is wrong behind it.
        string? first = parsed.RootCommandResult.Tokens is [var front, ..] ? front.Value : null;
        if (first is not null && parsed.Errors.FirstOrDefault(error => IsAbout(error, first)) is { } cause)
            return cause.Message;
        // An unknown option may also count as one argument too many, or as a value that cannot be read: it is the cause.
        string? unknown = parsed.UnmatchedTokens.FirstOrDefault(IsOptionLike)
            ?? Commands(parsed.CommandResult).SelectMany(result => result.Tokens).Select(token => token.Value).FirstOrDefault(IsOptionLike);
        if (unknown is not null)
            return BehindDashes(parsed, unknown) ?? UnknownOption(parsed, unknown, whole?.Invoke() ?? parsed.RootCommandResult.Command);
        if (parsed.UnmatchedTokens.Count > 0)
        {
            string[] commands = [.. parsed.CommandResult.Command.Subcommands.Select(sub => sub.Name)];
            string word = first is not null && MayBe(first, commands) ? first : parsed.UnmatchedTokens[0];
            return (commands.Contains(word) ? BehindDashes(parsed, word) : null) ?? Unknown(CommandOrArgument, word, commands);
        }

        ParseError error = parsed.Errors[0];
        return error.SymbolResult switch
        {
            OptionResult { Tokens.Count: 0, Option: var option } => $"{option.Name}: needs a value: give {option.Name} {option.HelpName}",
            OptionResult { Tokens.Count: > 1, Option: var option } when option.Arity.MaximumNumberOfValues == 1 =>
                $"{option.Name}: is there more than once: give it once",
            _ => error.Message,
        };
    }

    /// <summary>Says that a word is not known, and what it may have been meant to be.</summary>
    public static string Unknown(string what, string word, IEnumerable<string> known)
    {
        string text = $"unknown {what} '{Printable.Text(word)}'";
        string? near = Nearest(NameOf(word), [.. known]);
        return near is null ? text : $"{text}: did you mean {near}?";
    }

    /// <summary>Whether a word may be a command mistyped.</summary>
    public static bool MayBe(string word, IReadOnlyCollection<string> commands) =>
        word.All(char.IsLetter) && Nearest(word, commands) is not null;

    /// <summary>The known word with the fewest letters to change, at most a third of them, or else one that begins with this; null when
    /// none is near.</summary>
    public static string? Nearest(string word, IReadOnlyCollection<string> known)
    {
        string letters = word.TrimStart('-');
        if (letters.Length > LongestLength)
            return null;
        return known
            .Select(candidate => (Word: candidate, Letters: candidate.TrimStart('-')))
            .Where(candidate => candidate.Letters.Length >= LeastLength && candidate.Word != word)
            .Select(candidate => (candidate.Word, candidate.Letters, Distance: Distance(letters, candidate.Letters)))
            .Where(candidate => candidate.Distance <= Math.Max(1, candidate.Letters.Length / 3)
                || (letters.Length >= LeastLength && candidate.Letters.StartsWith(letters, StringComparison.Ordinal)))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Word)
            .FirstOrDefault()
            ?? (letters == "output" && known.Contains("--json") ? "--json"
                : letters == "json" && known.Contains("--output") ? "--output json"
                : null);
    }

    private static bool IsAbout(ParseError error, string word) =>
        error.Message.StartsWith(Unknown(CommandOrArgument, word, []), StringComparison.Ordinal);

    /// <summary>An option without the value that is written to it: <c>--port=7</c> and <c>--port:7</c> are <c>--port</c>.</summary>
    private static string NameOf(string word) => word.Split('=', ':')[0];

    /// <summary>Refuses <c>--tls=true</c>, whose end the parser would take for an argument.</summary>
    private static string? FlagWithValue(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        string[] written = [.. arguments.TakeWhile(word => word != "--").Where(word => word.StartsWith('-') && word != NameOf(word))];
        if (written.Length == 0)
            return null; // as a rule, and then nothing is made in vain
        string[] flags = [.. Commands(parsed.CommandResult).SelectMany(result => result.Command.Options)
            .Where(option => option.Arity.MaximumNumberOfValues == 0).SelectMany(Names)];
        return written.FirstOrDefault(word => AreFlags(NameOf(word), flags)) is { } wrong
            ? $"{NameOf(wrong)}: takes no value: leave {Printable.Text(wrong[NameOf(wrong).Length..])} out" : null;
    }

    /// <summary>Whether this is a flag, or several of one letter written as one: <c>-qv</c>.</summary>
    private static bool AreFlags(string name, string[] flags) => flags.Contains(name)
        || (name.Length > 1 && name.Skip(1).All(letter => flags.Contains($"-{letter}")));

    /// <summary>Says that a word is not read behind <c>--</c> as it would be in front of it; null where it is there.</summary>
    private static string? BehindDashes(ParseResult parsed, string word) =>
        parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Any(token => token.Value == word)
            ? $"'{Printable.Text(word)}': behind -- is neither an option nor a command: give it in front"
            : null;

    private static string UnknownOption(ParseResult parsed, string word, Command root)
    {
        string text = Unknown("option", word, KnownOptions(parsed.CommandResult));
        string name = NameOf(word);
        return text.EndsWith('?') ? text
            : WhyNotHere(name, parsed.CommandResult.Command, root)
                ?? (parsed.CommandResult.Command is RootCommand ? text + NearElsewhere(name, root) : text);
    }

    /// <summary>Which option of a command may have been meant.</summary>
    private static string NearElsewhere(string option, Command root)
    {
        string? near = Nearest(option, [.. root.Subcommands.SelectMany(command => command.Options).SelectMany(Names)]);
        return near is null ? "" : $": did you mean {near} of {NamesOf(Owners(root, near))}?";
    }

    private static IEnumerable<Command> Owners(Command root, string option) =>
        root.Subcommands.Where(command => command.Options.SelectMany(Names).Contains(option));

    private static string NamesOf(IEnumerable<Command> commands) => string.Join(", ", commands.Select(command => command.Name));

    private static IEnumerable<string> Names(Option option) => [option.Name, .. option.Aliases];

    private static IEnumerable<CommandResult> Commands(CommandResult result)
    {
        for (CommandResult? at = result; at is not null; at = at.Parent as CommandResult)
            yield return at;
    }

    /// <summary>Of an option that other commands have; null of any other.</summary>
    private static string? WhyNotHere(string option, Command command, Command root)
    {
        Command[] others = [.. Owners(root, option).Where(other => other.Name != command.Name)];
        if (others.Length == 0)
            return null;
        return command is RootCommand
            ? $"{option}: belongs to {NamesOf(others)}: give it behind the command"
            : $"{option}: does not apply to {command.Name}: leave it out";
    }

    private static bool IsOptionLike(string token) =>
        token.Length > 1 && token[0] == '-' && !char.IsAsciiDigit(token[1]) && token[1] != '.';

    private static IEnumerable<string> KnownOptions(CommandResult result)
    {
        IEnumerable<Option> options = result.Command.Options;
        for (SymbolResult? at = result.Parent; at is CommandResult parent; at = at.Parent)
            options = options.Concat(parent.Command.Options.Where(option => option.Recursive));
        return options.SelectMany(Names);
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
