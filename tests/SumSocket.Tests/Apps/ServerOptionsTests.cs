using System.CommandLine;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Cli.Options;
using SumSocket.Commands;
using SumSocket.Commands.Ping;
using SumSocket.Commands.Sum;
using Xunit;

namespace SumSocket.Tests.Apps;

/// <summary>The server as people type it.</summary>
public sealed class ServerOptionsTests
{
    [Theory]
    [InlineData("", "127.0.0.1", 5656)]
    [InlineData("10.0.0.9", "10.0.0.9", 5656)]
    [InlineData("10.0.0.9 7", "10.0.0.9", 7)]
    [InlineData("10.0.0.9:7", "10.0.0.9", 7)]
    [InlineData("10.0.0.9:7 7", "10.0.0.9", 7)]
    [InlineData("tcp://10.0.0.9:7", "10.0.0.9", 7)]
    [InlineData("TCP://10.0.0.9:7/", "10.0.0.9", 7)]
    [InlineData("tcp://example.org", "example.org", 5656)]
    [InlineData("example.org 7", "example.org", 7)]
    [InlineData("my_host-1.example.org:7", "my_host-1.example.org", 7)]
    [InlineData("pong 7", "pong", 7)]
    [InlineData("pong:7", "pong", 7)]
    [InlineData("fish", "fish", 5656)]
    [InlineData("::1", "::1", 5656)]
    [InlineData("[::1]", "::1", 5656)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 5656)]
    [InlineData("[2001:db8::1] 7", "2001:db8::1", 7)]
    [InlineData("::1 7", "::1", 7)]
    [InlineData("[::1]:7", "::1", 7)]
    [InlineData("tcp://[::1]:7", "::1", 7)]
    [InlineData("10.0.0.9 -p 7", "10.0.0.9", 7)]
    [InlineData("-p 7 10.0.0.9", "10.0.0.9", 7)]
    [InlineData("-p 7 ping 10.0.0.9", "10.0.0.9", 7)]
    [InlineData("10.0.0.9:7 --ip 10.0.0.9 --port 7", "10.0.0.9", 7)]
    [InlineData("[::1]:7 --ip 0:0:0:0:0:0:0:1", "::1", 7)]
    [InlineData("Example.org:7 --ip example.ORG", "Example.org", 7)]
    [InlineData("ping 10.0.0.9 7", "10.0.0.9", 7)]
    [InlineData("10.0.0.9 7 ping", "10.0.0.9", 7)]
    [InlineData("10.0.0.9 7 ping -c 5", "10.0.0.9", 7)]
    [InlineData("ping -c 5 10.0.0.9 7", "10.0.0.9", 7)]
    [InlineData("10.0.0.9:7 ping 10.0.0.9", "10.0.0.9", 7)]
    [InlineData("10.0.0.9 ping -p 7", "10.0.0.9", 7)]
    [InlineData("10.0.0.9 7 sum 5 6", "10.0.0.9", 7)]
    [InlineData("sum 10.0.0.9:7 5 6", "10.0.0.9", 7)]
    [InlineData("sum 5 6 10.0.0.9:7", "10.0.0.9", 7)]
    [InlineData("sum tcp://10.0.0.9:7 -5 -6", "10.0.0.9", 7)]
    [InlineData("sum [::1]:7 -", "::1", 7)]
    [InlineData("sum - [::1]:7", "::1", 7)]
    [InlineData("sum 10 9", "127.0.0.1", 5656)]
    public void Reads_a_server_in_every_form_before_and_after_the_command(string arguments, string host, int port)
    {
        (ParseResult parsed, ConnectOptions connect) = Parse(arguments);

        UsageError.Find(parsed).Should().BeNull();
        ClientSettings settings = connect.Bind(parsed, NullLoggerFactory.Instance);
        (settings.Host, settings.Port).Should().Be((host, port));
    }

    [Theory]
    [InlineData("10.0.0.9 --ip 10.0.0.8", "'10.0.0.9' and --ip 10.0.0.8 disagree: give the server once")]
    [InlineData("10.0.0.9:7 -p 8", "'10.0.0.9:7' and --port 8 disagree: give the server once")]
    [InlineData("10.0.0.9 7 -p 8", "'10.0.0.9 7' and --port 8 disagree: give the server once")]
    [InlineData("10.0.0.9 ping 10.0.0.8", "'10.0.0.8' and '10.0.0.9' disagree: give the server once")]
    [InlineData("--ip 10.0.0.9 sum ::1:7 5 6", "'::1:7' and --ip 10.0.0.9 disagree: give the server once")]
    [InlineData("10.0.0.9:7 8", "'10.0.0.9:7' and the port '8' disagree: give the port once")]
    [InlineData("10.0.0.9:0", "'0' is not a port: give 1 to 65535")]
    [InlineData("10.0.0.9:", "'' is not a port: give 1 to 65535")]
    [InlineData("10.0.0.9:http", "'http' is not a port: give 1 to 65535")]
    [InlineData("10.0.0.9 65536", "'65536' is not a port: give 1 to 65535")]
    [InlineData("10.0.0.9 7x", "'7x' is not a port: give 1 to 65535")]
    [InlineData("10.0.0.9 benhc", "unknown command or argument 'benhc': did you mean bench?")]
    [InlineData("10.0.0.9 7 benhc", "unknown command or argument 'benhc': did you mean bench?")]
    [InlineData("ping ping", "unknown command or argument 'ping': a host of that name: --ip ping")]
    [InlineData("5656", "'5656' is no server: give HOST PORT, HOST:PORT, [IPV6]:PORT or tcp://HOST:PORT")]
    [InlineData(":5656", "':5656' is no server: give HOST PORT, HOST:PORT, [IPV6]:PORT or tcp://HOST:PORT")]
    [InlineData("[::1]x", "'[::1]x' is no server: give HOST PORT, HOST:PORT, [IPV6]:PORT or tcp://HOST:PORT")]
    [InlineData("[fish]:7", "'[fish]:7' is no server: give HOST PORT, HOST:PORT, [IPV6]:PORT or tcp://HOST:PORT")]
    [InlineData("a:b:c", "'a:b:c' is no server: give HOST PORT, HOST:PORT, [IPV6]:PORT or tcp://HOST:PORT")]
    [InlineData("me@example.org", "'me@example.org' is no server: give HOST PORT, HOST:PORT, [IPV6]:PORT or tcp://HOST:PORT")]
    [InlineData("udp://10.0.0.9:7", "'udp://10.0.0.9:7' is not of this program: give tcp://HOST:PORT")]
    [InlineData("http://10.0.0.9:7", "'http://10.0.0.9:7' is not of this program: give tcp://HOST:PORT")]
    [InlineData("[fe80::1]:7", "'[fe80::1]:7' is an address of one link: name the interface to it, such as fe80::1%eth0")]
    [InlineData("sum 10.0.0.9 7 5 6", "sum: '10.0.0.9' is not a 64-bit integer: give -9223372036854775808 to 9223372036854775807"
        + ", and a server in front of sum or as HOST:PORT")]
    [InlineData("sum 10.0.0.9:7 5", "sum: give two integers, such as sum 7 4, or - to read pairs from stdin")]
    [InlineData("sum 5 6 udp://10.0.0.9:7", "'udp://10.0.0.9:7' is not of this program: give tcp://HOST:PORT")]
    public async Task Refuses_in_a_line_what_names_no_server_or_two(string arguments, string expected)
    {
        using StringWriter error = new();

        int exitCode = await ClientCommand.RunAsync(new TcpClientProgram(), arguments.Split(' '), error);

        error.ToString().Should().Be($"TcpClient: {expected} (see --help){Environment.NewLine}");
        exitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task A_scheme_is_that_of_the_program()
    {
        using StringWriter error = new();
        (await ClientCommand.RunAsync(new UdpClientProgram(), ["tcp://10.0.0.9:7"], error)).Should().Be(ExitCode.Usage);

        error.ToString().Should().StartWith("UdpClient: 'tcp://10.0.0.9:7' is not of this program: give udp://HOST:PORT");
    }

    [Theory]
    [InlineData("sum", "bench", "ping", "idle")]
    [InlineData("bench", "sum")]
    [InlineData("report", "sum", "ping")]
    public async Task Help_says_only_what_holds_for_the_command(string command, params string[] others)
    {
        foreach (ClientProgram program in (ClientProgram[])[new TcpClientProgram(), new UdpClientProgram()])
        {
            using StringWriter help = new();
            await ClientCommand.RunAsync(program, [command, "--help"], output: help);

            string options = help.ToString()[help.ToString().IndexOf("Options:", StringComparison.Ordinal)..];
            foreach (string other in others.Where(other => command != "bench" || other != "ping"))
                options.Should().NotMatchRegex($@"\b{other}\b");
        }
    }

    [Theory]
    [InlineData("bench", "[default: 1s]")]
    [InlineData("ping", "[default: 30s]")]
    [InlineData("idle", "[default: 5s]")]
    public async Task Help_shows_the_default_that_the_command_has(string command, string expected)
    {
        using StringWriter help = new();
        UdpClientProgram program = new();
        await ConsoleProgram.RunAsync("UdpClient", ClientCommand.Create(program, []), [command, "--help"], output: help);

        help.ToString().Split('\n').Should().ContainSingle(line => line.Contains("--timeout <TIME>")).Which.Should().Contain(expected);
    }

    private static (ParseResult Parsed, ConnectOptions Connect) Parse(string arguments)
    {
        TcpClientProgram program = new();
        ConnectOptions connect = new(program);
        PingCommand ping = new(connect);
        RootCommand root = [];
        ping.AddTo(root);
        root.Add(ping.Create());
        root.Add(new SumCommand(connect).Create());
        root.Directives.Clear();
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (root.Parse(ConsoleProgram.WithoutBrackets(words)), connect);
    }
}
