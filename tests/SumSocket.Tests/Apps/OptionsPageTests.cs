using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Commands;
using Xunit;

namespace SumSocket.Tests.Apps;

/// <summary>Holds docs/options.md against the help of the programs. Run with WRITE_OPTIONS=1 to write the page anew.</summary>
public class OptionsPageTests
{
    private static readonly string _page = Path.Combine(ThisFolder(), "..", "..", "..", "docs", "options.md");

    [Fact]
    public async Task The_page_of_the_options_says_what_the_help_says()
    {
        StringBuilder text = new(
            "# Options\n\nMade from the help of the programs by `OptionsPageTests`; run that with `WRITE_OPTIONS=1` after a change.\n");
        await AppendAsync(text, "TcpServer", () => new TcpServerCommand().Root);
        await AppendAsync(text, "TcpClient", () => ClientCommand.Create(new TcpClientProgram(), []));
        await AppendAsync(text, "UdpServer", () => new UdpServerCommand().Root);
        await AppendAsync(text, "UdpClient", () => ClientCommand.Create(new UdpClientProgram(), []));
        if (Environment.GetEnvironmentVariable("WRITE_OPTIONS") == "1")
            await File.WriteAllTextAsync(_page, text.ToString(), TestContext.Current.CancellationToken);

        (await File.ReadAllTextAsync(_page, TestContext.Current.CancellationToken)).Should().Be(text.ToString());
    }

    private static async Task AppendAsync(StringBuilder text, string program, Func<RootCommand> root)
    {
        foreach (string command in (string[])["", .. root().Subcommands.Select(command => command.Name)])
        {
            using StringWriter help = new();
            string[] arguments = command.Length == 0 ? ["--help"] : [command, "--help"];
            (await ConsoleProgram.RunAsync(program, root(), arguments, output: help)).Should().Be(ExitCode.Success);
            text.Append($"\n## {$"{program} {command}".Trim()}\n\n");
            foreach (Match line in Regex.Matches(help.ToString(), @"^  (?<name><.+?>)  +(?<meaning>\S.*?)\r?$", RegexOptions.Multiline))
                text.Append($"arguments: `{line.Groups["name"].Value}`: {line.Groups["meaning"].Value}\n\n");
            text.Append("| option | default | meaning |\n|---|---|---|\n");
            foreach (Match line in Regex.Matches(
                help.ToString(), @"^  (?<name>-\S.*?)  +(?<meaning>\S.*?)(?: \[default: (?<default>.*)\])?\r?$", RegexOptions.Multiline))
            {
                string value = line.Groups["default"] is { Success: true, Value: var given } ? $"`{given}`" : "";
                string meaning = line.Groups["meaning"].Value.Replace("|", "\\|", StringComparison.Ordinal);
                string name = line.Groups["name"].Value.Replace("|", "\\|", StringComparison.Ordinal);
                text.Append($"| `{name}` | {value} | {meaning} |\n");
            }
        }
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
