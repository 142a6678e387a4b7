using System.CommandLine.Parsing;

namespace SumSocket.Cli.Options;

/// <summary>Options that are read and checked the same way in every program. A value that does not fit is refused with what was given and
/// what would be right: <c>--port: '99999' is not a port: give 0 to 65535</c>.</summary>
internal static class CliOption
{
    /// <summary>Turns what the user wrote into a value; false when it means nothing.</summary>
    public delegate bool Reader<T>(string text, out T value);

    /// <summary>An option of any type that has one value and a default, which its help line shows.</summary>
    /// <remarks><paramref name="placeholder"/> stands for the value in the help. <paramref name="refusal"/> is what an error says of a
    /// wrong value, such as <c>is not a port: give 0 to 65535</c>.</remarks>
    public static Option<T> Value<T>(
        string name, string[] aliases, string placeholder, T defaultValue, string description, Reader<T> read, string refusal) =>
        new(name, aliases)
        {
            Description = description,
            HelpName = placeholder,
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => Read(result, name, read, refusal),
        };

    /// <summary>A duration; <paramref name="noneMeans"/> says what none does, null when a limit is needed.</summary>
    public static Option<Duration> Duration(
        string name, string[] aliases, Duration defaultValue, string meaning, string? noneMeans = null) =>
        Value(
            name, aliases, "TIME", defaultValue,
            noneMeans is null ? $"{meaning} (such as 300ms, 10s, 1m30s)" : $"{meaning} (such as 300ms, 10s, 1m30s; none = {noneMeans})",
            (string text, out Duration value) => Options.Duration.TryParse(text, out value) && (noneMeans is not null || !value.IsNone),
            "is not a duration: give " + (noneMeans is null ? "one such as 300ms, 10s, 1m30s, 2h" : "300ms, 10s, 1m30s, 2h, or none"));

    public static Option<int> Count(string name, string[] aliases, int min, int max, int defaultValue, string meaning) => Value(
        name, aliases, "N", defaultValue, meaning,
        (string text, out int value) =>
        {
            bool good = CountText.TryParse(text, out long count) && count >= min && count <= max;
            value = good ? (int)count : 0;
            return good;
        },
        string.Create(CultureInfo.InvariantCulture, $"is not a count: give {min} to {max}, such as 500 or 10k"));

    /// <summary>A count that may be none.</summary>
    public static Option<CountOrNone> CountOrNone(string name, string[] aliases, long max, string meaning, string noneMeans) =>
        new(name, aliases)
        {
            Description = $"{meaning} (such as 500, 10k, 2m; none = {noneMeans}) [default: none]",
            HelpName = "N",
            CustomParser = result => Read(
                result, name,
                (string text, out CountOrNone value) =>
                {
                    value = new(CountText.TryParse(text, out long count) && count >= 1 && count <= max ? count : null);
                    return value.Value.HasValue || text == "none";
                },
                string.Create(CultureInfo.InvariantCulture, $"is not a count: give 1 to {max}, such as 500 or 10k, or none")),
        };

    /// <summary>One of a few words, the names of <typeparamref name="T"/> in lower case; the first is the default.</summary>
    /// <remarks><paramref name="ifFile"/> is what an error adds where the value looks like a file.</remarks>
    public static Option<T> Choice<T>(string name, string meaning, string? ifFile = null)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(word => word.ToLowerInvariant())];
        return new Option<T>(name)
        {
            Description = $"{meaning} [default: {words[0]}]",
            HelpName = string.Join('|', words),
            CustomParser = result => Read(
                result, name,
                (string text, out T value) =>
                {
                    int index = Array.IndexOf(words, text.ToLowerInvariant());
                    value = index < 0 ? default : Enum.GetValues<T>()[index];
                    return index >= 0;
                },
                $"is none of {string.Join(", ", words)}"
                + (ifFile is not null && result.Tokens[^1].Value is var text && text.Contains('.', StringComparison.Ordinal)
                    ? $": {ifFile} {Printable.Text(text)}" : "")),
        };
    }

    /// <summary>An option that may be given several times; each wrong value is refused by itself.</summary>
    public static Option<T[]> Several<T>(string name, string placeholder, string description, Reader<T> read, string refusal) => new(name)
    {
        Description = description,
        HelpName = placeholder,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            List<T> values = [];
            foreach (Token token in result.Tokens)
            {
                if (read(token.Value, out T value))
                    values.Add(value);
                else
                    result.AddError($"{name}: '{Printable.Text(token.Value)}' {refusal}");
            }

            return [.. values];
        },
    };

    /// <summary>Whether the user gave an option, rather than leaving it to its default.</summary>
    public static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>The last value that the user gave for an option; null without, which validators also meet.</summary>
    public static string? GivenText(CommandResult result, Option option) =>
        result.GetResult(option) is { Tokens: [.., var last] } ? last.Value : null;

    /// <summary>Refuses options of the root in front of a command that does not have them.</summary>
    public static void Forbid(Command command, IReadOnlyList<Option> options)
    {
        command.Validators.Add(result =>
        {
            if (options.FirstOrDefault(option => IsGiven(result, option)) is not { } misplaced)
                return;
            bool hasItsOwn = command.Options.Any(option => option.Name == misplaced.Name); // such as one with another default
            result.AddError(hasItsOwn
                ? $"{misplaced.Name}: give it behind {command.Name}"
                : $"{misplaced.Name}: does not apply to {command.Name}: leave it out");
        });
    }

    public static Option<long> Number(string name, string[] aliases, long defaultValue, string meaning) => Value(
        name, aliases, "INT", defaultValue, meaning, TryReadInteger,
        "is not a 64-bit integer: give -9223372036854775808 to 9223372036854775807");

    /// <summary>Reads a signed 64-bit integer in decimal, nothing around it.</summary>
    public static bool TryReadInteger(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public static Option<string?> File(string name, string[] aliases, string meaning) =>
        new(name, aliases)
        {
            Description = meaning,
            HelpName = "FILE",
            CustomParser = result => Read(
                result, name, (string text, out string value) => (value = text).Length > 0, "is no file: give its name"),
        };

    public static Option<bool> Flag(string name, string[] aliases, string meaning) =>
        new(name, aliases) { Description = meaning, Arity = ArgumentArity.Zero };

    /// <summary>Reads the last value given, or adds an error that quotes it.</summary>
    public static T Read<T>(ArgumentResult result, string name, Reader<T> read, string refusal)
    {
        string text = result.Tokens[^1].Value;
        if (!read(text, out T value))
            result.AddError($"{name}: '{Printable.Text(text)}' {refusal}");
        return value;
    }
}
