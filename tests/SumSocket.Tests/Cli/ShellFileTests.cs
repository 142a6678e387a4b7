using System.CommandLine;
using FluentAssertions;
using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Cli.Shell;
using SumSocket.Commands;
using Xunit;

namespace SumSocket.Tests.Cli;

/// <summary>Manual pages and completions name what the parser accepts.</summary>
public sealed class ShellFileTests
{
    public static TheoryData<string> Programs => ["TcpServer", "TcpClient", "UdpServer", "UdpClient"];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Every_visible_option_and_command_is_in_each_file(string program)
    {
        foreach (string kind in (string[])["man", "bash", "zsh", "fish"])
        {
            (int code, string text, _) = await RunAsync(program, "--generate", kind);

            code.Should().Be(ExitCode.Success);
            RootCommand root = Root(program);
            foreach (Command command in (Command[])[root, .. root.Subcommands])
            {
                text.Should().Contain(command == root ? program : command.Name, kind);
                foreach (Option option in command.Options.Where(option => !option.Hidden))
                    text.Should().Contain(Spelled(option.Name, kind), kind);
            }
        }
    }

    [Fact]
    public async Task A_manual_page_escapes_what_roff_would_interpret()
    {
        (_, string page, _) = await RunAsync("TcpClient", "--generate", "man");

        page.Should().Contain("Ctrl\\-\\e (SIGQUIT)").And.Contain("\\fB\\-\\-port\\fR");
        page.Split('\n').Where(line => line.StartsWith('\'')).Should().BeEmpty("a line that begins with an apostrophe is a request");
    }

    [Fact]
    public async Task A_manual_page_has_brackets_around_what_may_be_left_out()
    {
        (_, string page, _) = await RunAsync("TcpClient", "--generate", "man");

        page.Should().Contain(".B TcpClient\n.RI [ options \"] [HOST:PORT]\"")
            .And.Contain(".B TcpClient sum\n.RI [ options \"] numbers\"")
            .And.Contain(".B TcpClient report\n.RI [ options \"] FILE\"");
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_word_that_completion_offers_is_accepted(string program)
    {
        RootCommand root = Root(program);
        CommandNode tree = CommandNode.Of(root);
        foreach (CommandNode command in (CommandNode[])[tree, .. tree.Commands])
        {
            foreach ((string option, string word) in command.Options.SelectMany(one => one.Words.Select(word => (one.Names[0], word))))
            {
                string[] words = [.. command.Name.Length > 0 ? (string[])[command.Name] : [], option, word];

                root.Parse(words).Errors.Should().NotContain(error => error.Message.Contains($"'{word}'"), string.Join(' ', words));
            }
        }
    }

    [Fact]
    public async Task The_words_of_an_option_are_those_of_the_command()
    {
        (_, string script, _) = await RunAsync("TcpClient", "--generate", "bash");

        script.Should().MatchRegex(@"[ |]bench:--output\) \S+ -W 'text json ndjson csv'")
            .And.MatchRegex(@"[ |]connect:--output\) \S+ -W 'text json ndjson'")
            .And.MatchRegex(@"[ |]:--keep-alive\) \S+ -W 'none'");
    }

    [Fact]
    public async Task A_kind_that_does_not_exist_is_wrong_usage()
    {
        (int code, string text, string error) = await RunAsync("TcpClient", "--generate", "pdf");

        code.Should().Be(ExitCode.Usage);
        text.Should().BeEmpty();
        error.Should().Be("TcpClient: --generate: 'pdf' is none of man, bash, zsh, fish\n");
    }

    private static string Spelled(string name, string kind) => kind switch
    {
        "man" => name.Replace("-", "\\-", StringComparison.Ordinal),
        "fish" => name.TrimStart('-'),
        _ => name,
    };

    private static RootCommand Root(string program) => program switch
    {
        "TcpServer" => new TcpServerCommand().Root,
        "UdpServer" => new UdpServerCommand().Root,
        "TcpClient" => ClientCommand.Create(new TcpClientProgram(), []),
        _ => ClientCommand.Create(new UdpClientProgram(), []),
    };

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await ConsoleProgram.RunAsync(program, Root(program), arguments, error, output);
        return (code, output.ToString(), error.ToString().ReplaceLineEndings("\n"));
    }
}
