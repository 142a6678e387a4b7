using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Client.Udp;
using SumSocket.Commands;
using SumSocket.Commands.Bench;
using SumSocket.Commands.Ping;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Apps;

public class ClientCommandTests
{
    [Theory]
    [InlineData("sum", "sum: give two integers, such as sum 7 4, or - to read pairs from stdin")]
    [InlineData("sum 7", "sum: give two integers, such as sum 7 4, or - to read pairs from stdin")]
    [InlineData("sum - 4", "sum: '-' is not a 64-bit integer: give -9223372036854775808 to 9223372036854775807")]
    [InlineData("sum 7 four", "sum: 'four' is not a 64-bit integer: give -9223372036854775808 to 9223372036854775807")]
    [InlineData("sum 7 9223372036854775808",
        "sum: '9223372036854775808' is not a 64-bit integer: give -9223372036854775808 to 9223372036854775807")]
    [InlineData("sum 7 4 1", "unknown command or argument '1'")]
    [InlineData("sum --timout 5 7 4", "unknown option '--timout': did you mean --timeout?")]
    [InlineData("-c 5 sum 7 4", "--count: does not apply to sum: leave it out")]
    [InlineData("sum 7 4 -c 5", "unknown option '-c'")]
    [InlineData("pong", "unknown command or argument 'pong': did you mean ping?")]
    [InlineData("-c 0", "--count: '0' is not a count: give 1 to 9223372036854775807, such as 500 or 10k, or none")]
    [InlineData("-a 7.5", "-a: '7.5' is not a 64-bit integer: give -9223372036854775808 to 9223372036854775807")]
    [InlineData("-p 0", "--port: '0' is not a port: give 1 to 65535")]
    [InlineData("bench --requests-per-connection 0",
        "--requests-per-connection: '0' is not a count: give 1 to 2147483647, such as 500 or 10k, or none")]
    [InlineData("--requests-per-connection 1", "unknown option '--requests-per-connection'")]
    [InlineData("bench -r 1 -n 10m", "--requests: takes over 24 days at this --rate: give fewer or a higher rate")]
    [InlineData("bench -r x -n 10m", "--rate: 'x' is not a count: give 0 to 100000000, such as 500 or 10k")]
    [InlineData("bench -o", "--output-file: needs a value: FILE, Writes the result to this file instead of stdout")]
    [InlineData("bench --report a --report b", "--report: is there more than once: give it once")]
    [InlineData("report a.json -o", "--output: needs a value: FILE, The HTML file to write; stdout without")]
    [InlineData("bench --output xml", "--output: 'xml' is none of text, json, ndjson, csv")]
    [InlineData("--loopback --port 7", "--loopback: uses its own server: leave --ip and --port out")]
    [InlineData("--loopback bench --port 7", "--loopback: uses its own server: leave --ip and --port out")]
    [InlineData("--port 7 report a.json", "--port: does not apply to report: leave it out")]
    [InlineData("report --port 7 a.json", "unknown option '--port'")]
    [InlineData("report a.json --outptu b.html", "unknown option '--outptu': did you mean --output?")]
    public async Task Refuses_what_it_cannot_do(string arguments, string expected)
    {
        using StringWriter error = new();

        int exitCode = await ConsoleProgram.RunAsync(
            "TcpClient", ClientCommand.Create(new TcpClientProgram()), arguments.Split(' '), error);

        error.ToString().Should().Be($"TcpClient: {expected} (see --help){Environment.NewLine}");
        exitCode.Should().Be(ExitCode.Usage);
    }

    [Theory]
    [InlineData("report", "--output, --help, --log-level, --verbose, --quiet")]
    [InlineData("sum", "--ip, --port, --timeout, --connect-timeout, --loopback, --help, --log-level, --verbose, --quiet")]
    public async Task Its_help_lists_the_options_of_the_command_and_no_others(string command, string expected) =>
        (await OptionsInHelpAsync(new TcpClientProgram(), command)).Should().Equal(expected.Split(", "));

    [Theory]
    [InlineData("report a.json")]
    [InlineData("sum 7 4")]
    [InlineData("bench")]
    [InlineData("ping")]
    public async Task Takes_every_option_that_the_help_lists(string arguments)
    {
        foreach (ClientProgram program in (ClientProgram[])[new TcpClientProgram(), new UdpClientProgram()])
        {
            foreach (string option in await OptionsInHelpAsync(program, arguments.Split(' ')[0]))
            {
                ParseResult parsed = ClientCommand.Create(program).Parse([.. arguments.Split(' '), option]);

                parsed.Tokens[^1].Type.Should().Be(TokenType.Option, option);
                parsed.Errors.Select(error => error.Message).Should().NotContain(message => message.Contains("leave it out"), option);
            }
        }
    }

    [Theory]
    [InlineData("-a -7 -b 5 -i 0.2s -c 10k -w 1m --timeout 3s --connect-timeout none --ip ::1 -p 7")]
    [InlineData("ping -a -7 -b 5 -i 0.2s -c 10k -w 1m --timeout 3s --connect-timeout none --ip ::1 -p 7")]
    [InlineData("-a -7 -b 5 -i 200ms -c 10000 --ip ::1 ping -w 60 --timeout 3s --connect-timeout 0 -p 7")]
    public void Takes_the_options_of_ping_in_front_of_it_behind_it_and_without_it(string arguments)
    {
        TcpClientProgram program = new();
        (ParseResult parsed, ConnectOptions connect, PingCommand ping) = Parse(program, arguments);

        parsed.Errors.Should().BeEmpty();
        ping.Bind(parsed).Should().Be(new PingOptions
        {
            A = -7,
            B = 5,
            Interval = TimeSpan.FromMilliseconds(200),
            Count = 10_000,
            Deadline = TimeSpan.FromMinutes(1),
        });
        program.Bind(connect.Bind(parsed, NullLoggerFactory.Instance)).Should().Be(new SumTcpClientOptions
        {
            Host = "::1",
            Port = 7,
            RequestTimeout = TimeSpan.FromSeconds(3),
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            VerifySums = true,
        });
    }

    [Theory]
    [InlineData("sum -5 3")]
    [InlineData("sum 5 -3")]
    [InlineData("sum -5 -3 --timeout 1s")]
    [InlineData("--ip ::1 sum -9223372036854775808 0")]
    [InlineData("sum -")]
    [InlineData("sum - --loopback")]
    public void Takes_negative_numbers_and_the_dash(string arguments) =>
        ClientCommand.Create(new TcpClientProgram()).Parse(arguments.Split(' ')).Errors.Should().BeEmpty();

    [Theory]
    [InlineData("--workers 0", "--workers: '0' is not a count: give 1 to 10000, such as 500 or 10k")]
    [InlineData("--workers 5 sum 7 4", "--workers: does not apply to sum: leave it out")]
    [InlineData("--connect-timeout 5s", "unknown option '--connect-timeout'")]
    [InlineData("bench --requests-per-connection 1", "unknown option '--requests-per-connection'")]
    public async Task Refuses_over_UDP_what_it_cannot_do_there(string arguments, string expected)
    {
        using StringWriter error = new();

        int exitCode = await ConsoleProgram.RunAsync(
            "UdpClient", ClientCommand.Create(new UdpClientProgram()), arguments.Split(' '), error);

        error.ToString().Should().StartWith($"UdpClient: {expected}").And.EndWith($" (see --help){Environment.NewLine}");
        exitCode.Should().Be(ExitCode.Usage);
    }

    [Theory]
    [InlineData("bench", null)]
    [InlineData("bench --requests-per-connection none", null)]
    [InlineData("bench --requests-per-connection 2k", 2_000)]
    public void A_bench_over_TCP_can_limit_the_requests_of_a_connection(string arguments, int? expected)
    {
        TcpClientProgram program = new();
        ConnectOptions connect = new(program);
        BenchCommand bench = new(connect);
        RootCommand root = [bench.Create()];
        ParseResult parsed = root.Parse(arguments.Split(' '));

        parsed.Errors.Should().BeEmpty();
        bench.Bind(parsed, TimeSpan.FromSeconds(1)).RequestsPerConnection.Should().Be(expected);
        ClientSettings settings = connect.Bind(parsed, NullLoggerFactory.Instance);
        program.Bind(settings with { RequestsPerConnection = expected }).RequestsPerConnection.Should().Be(expected);
    }

    [Fact]
    public void Pings_over_UDP_with_ten_workers_that_do_not_wait_for_lost_answers()
    {
        UdpClientProgram program = new();
        (ParseResult parsed, ConnectOptions connect, PingCommand ping) = Parse(program, "--no-id --timeout 2s");

        parsed.Errors.Should().BeEmpty();
        ping.Bind(parsed).Should().Be(new PingOptions { Workers = 10, Overlap = true, DistinctSums = true });
        program.Bind(connect.Bind(parsed, NullLoggerFactory.Instance)).Should().Be(
            new SumUdpClientOptions { RequestTimeout = TimeSpan.FromSeconds(2), UseIds = false, VerifySums = true });
    }

    [Theory]
    [InlineData(true, "bench", 1)]
    [InlineData(true, "bench --timeout 30s", 30)]
    [InlineData(true, "--timeout 2s bench", 2)]
    [InlineData(false, "bench", 30)]
    public void A_bench_over_UDP_waits_less_by_default_for_what_may_be_lost(bool isUdp, string arguments, int seconds)
    {
        ClientProgram program = isUdp ? new UdpClientProgram() : new TcpClientProgram();
        ConnectOptions connect = new(program);
        Command bench = new("bench");
        RootCommand root = [bench];
        connect.AddTo(root);
        connect.AddTo(bench);
        ParseResult parsed = root.Parse(arguments);

        parsed.Errors.Should().BeEmpty();
        connect.BindForBench(parsed, connect.Bind(parsed, NullLoggerFactory.Instance)).RequestTimeout.Should()
            .Be(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task A_program_can_have_a_command_of_its_own()
    {
        using StringWriter help = new();
        using StringWriter error = new();
        ProgramWithCommand program = new();

        await ConsoleProgram.RunAsync("Tool", ClientCommand.Create(program), ["--help"], error, help);
        int exitCode = await ConsoleProgram.RunAsync("Tool", ClientCommand.Create(program), ["explain", "--port", "7"], error);
        int refused = await ConsoleProgram.RunAsync("Tool", ClientCommand.Create(program), ["-c", "5", "explain"], error);

        help.ToString().Should().MatchRegex(@"(?m)^  explain +Explains\.");
        exitCode.Should().Be(42);
        refused.Should().Be(ExitCode.Usage);
        error.ToString().Should().Be($"Tool: --count: does not apply to explain: leave it out (see --help){Environment.NewLine}");
    }

    private sealed class ProgramWithCommand : ClientProgram
    {
        public override string ProgramName => "Tool";

        public override string Name => "tcp";

        public override string Description => "A tool.";

        public override bool HasConnections => true;

        public override int Workers => 1;

        public override TimeSpan RequestTimeout => TimeSpan.FromSeconds(1);

        public override int ReadAhead => 1;

        public override IReadOnlyList<Option> Options => [];

        public override IReadOnlyList<Command> Commands(ConnectOptions connect)
        {
            Command explain = new("explain", "Explains.");
            connect.AddTo(explain);
            explain.SetAction((parsed, _) => connect.RunAsync(parsed, (_, _) => Task.FromResult(42)));
            return [explain];
        }

        public override LoopbackServer StartServer(ILoggerFactory loggers) => throw new NotSupportedException();

        public override ISumClient CreateProbe(ClientSettings settings) => throw new NotSupportedException();

        public override ISumClient CreateRetryingClient(ClientSettings settings) => throw new NotSupportedException();

        public override bool HasRequestIds(ParseResult parsed) => true;

        public override IReadOnlyList<TransportCounter> Counts(ISumClient client) => [];

        public override IReadOnlyList<TransportCounter> Describe(ISumClient client) => [];
    }

    private static async Task<IEnumerable<string>> OptionsInHelpAsync(ClientProgram program, string command)
    {
        using StringWriter output = new();
        await ConsoleProgram.RunAsync(program.ProgramName, ClientCommand.Create(program), [command, "--help"], output: output);
        return Regex.Matches(output.ToString(), @"^  (?:-[^\s,]+, )*(--?[\w-]+)(?= )", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value);
    }

    private static (ParseResult Parsed, ConnectOptions Connect, PingCommand Ping) Parse(ClientProgram program, string arguments)
    {
        ConnectOptions connect = new(program);
        PingCommand ping = new(connect);
        RootCommand root = new();
        ping.AddTo(root);
        root.Add(ping.Create());
        return (root.Parse(arguments.Split(' ')), connect, ping);
    }
}
