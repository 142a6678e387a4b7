using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Scenarios;

/// <summary>The recipes of docs/paths.md, whose transcripts docs/recipes.sh makes.</summary>
public sealed partial class RecipeTests
{
    private static readonly string _page = File.ReadAllText(Path.Combine(Programs.Root, "docs", "paths.md"));
    private static readonly string _script = File.ReadAllText(Path.Combine(Programs.Root, "docs", "recipes.sh"));

    public static TheoryData<string> Names { get; } = [.. Marker().Matches(_page).Select(match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_transcript_has_what_the_text_explains(string name)
    {
        (string transcript, string text) = Recipe(name);
        string[] explained = [.. Explained().Matches(text).Select(match => match.Groups[1].Value)];

        explained.Should().NotBeEmpty();
        foreach (string words in explained)
            Space().Replace(transcript, " ").Should().Contain(words);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Its_commands_exist_and_are_those_of_the_script(string name)
    {
        string[] commands = [.. Shown().Matches(Recipe(name).Transcript).Select(match => match.Groups[1].Value)];

        commands.Should().NotBeEmpty();
        foreach (string command in commands)
        {
            string inScript = command.Replace("10.213.2.2", "$server").Replace("10.213.1.1", "$router").Replace("\"", "\\\"");
            _script.Should().Contain($"show \"{inScript}\"");
            if (command.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries) is not ["TcpClient", .. var arguments])
                continue;
            string[] few = [.. arguments.Where((word, i) => word != "-p" && (i == 0 || arguments[i - 1] != "-p"))
                .Select(word => word.EndsWith('k') ? "2" : word.StartsWith("10.", StringComparison.Ordinal) ? "127.0.0.1" : word)];
            await using ChildProcess client = await ChildProcess.RunAsync(Programs.TcpClient, [.. few, "-p", "1"]);
            (await client.ExitAsync()).Should().Be(5, $"{command}: only the server is missing: {client.Error.Text}");
        }
    }

    private static (string Transcript, string Text) Recipe(string name)
    {
        string[] parts = _page[_page.IndexOf($"<!-- recipe {name} -->", StringComparison.Ordinal)..].Split("<!-- end -->");
        return (parts[0], parts[1].Split("\n### ")[0]);
    }

    [GeneratedRegex("^<!-- recipe (\\w+) -->$", RegexOptions.Multiline)]
    private static partial Regex Marker();

    [GeneratedRegex("^- `([^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Explained();

    [GeneratedRegex("^    \\$ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Shown();

    [GeneratedRegex("\\s+")]
    private static partial Regex Space();
}
