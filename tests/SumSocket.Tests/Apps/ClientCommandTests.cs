using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Client;
using SumSocket.Commands;
using SumSocket.Sockets;
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
    [InlineData("sum 7 4 1", "sum: '1' is a third number: give two")]
    [InlineData("sum --timout 5 7 4", "unknown option '--timout': did you mean --timeout?")]
    [InlineData("-c 5 sum 7 4", "--count: does not apply to sum: leave it out")]
    [InlineData("sum 7 4 -c 5", "-c: does not apply to sum: leave it out")]
    [InlineData("pong", "unknown command or argument 'pong': did you mean ping? A host of that name: --ip pong")]
    [InlineData("-c 0", "--count: '0' is not a count: give 1 to 9223372036854775807, such as 500 or 10k, or none")]
    [InlineData("-a 7.5", "-a: '7.5' is not a 64-bit integer: give -9223372036854775808 to 9223372036854775807")]
    [InlineData("-p 0", "--port: '0' is not a port: give 1 to 65535")]
    [InlineData("bench --requests-per-connection 0",
        "--requests-per-connection: '0' is not a count: give 1 to 2147483647, such as 500 or 10k, or none")]
    [InlineData("--requests-per-connection 1", "--requests-per-connection: belongs to bench: give it behind the command")]
    [InlineData("bench -r 1 -n 10m", "--requests: takes over 24 days at this --rate: give fewer or a higher rate")]
    [InlineData("bench -r x -n 10m", "--rate: 'x' is not a rate: give 0.001 to 100000000 requests a second, such as 500, 20k or 0.5, or 0")]
    [InlineData("-c 10 --threshold p99<50ms",
        "--threshold: p99<50ms takes 100 samples, and this run has at most 10: make it longer, or give p90<50ms or max<50ms")]
    [InlineData("ping -w 5s --threshold max<1s --threshold p99.9<=50ms",
        "--threshold: p99.9<=50ms takes 1000 samples, and this run has at most 5: make it longer, or give p80<=50ms or max<=50ms")]
    [InlineData("-c 1 --threshold p50<50ms",
        "--threshold: p50<50ms takes 2 samples, and this run has at most 1: make it longer, or give max<50ms")]
    [InlineData("bench -n 1500 --threshold p99.99<10ms",
        "--threshold: p99.99<10ms takes 10000 samples, and this run has at most 1500: make it longer, or give p99.93<10ms or max<10ms")]
    [InlineData("bench -r 5 -d 10s --threshold p99<10ms",
        "--threshold: p99<10ms takes 100 samples, and this run has at most 50: make it longer, or give p98<10ms or max<10ms")]
    [InlineData("--threshold throughput>5",
        "--threshold: 'throughput>5' is not a threshold: give one such as p99<50ms, mean<1ms, min, max, lost<1%, lost<10, errors<1%, "
        + "errors<10, outages<1 or availability>99.9%")]
    [InlineData("bench -o", "--output-file: needs a value: give --output-file FILE")]
    [InlineData("bench -o ", "--output-file: '' is no file: give its name")]
    [InlineData("bench --report ", "--report: '' is no file: give its name")]
    [InlineData("bench --hdr-log ", "--hdr-log: '' is no file: give its name")]
    [InlineData("report a.json -o ", "--output-file: '' is no file: give its name")]
    [InlineData("--tls --tls-ca ", "--tls-ca: '' is no file: give its name")]
    [InlineData("--ip fe80::1%nosuch", "--ip: 'fe80::1%nosuch' names an interface that this machine does not have: 'nosuch'")]
    [InlineData("--ip [fe80::1]", "--ip: '[fe80::1]' is an address of one link: name the interface to it, such as fe80::1%eth0")]
    [InlineData("bench --report a --report b", "--report: is there more than once: give it once")]
    [InlineData("report a.json -o", "--output-file: needs a value: give --output-file FILE")]
    [InlineData("report --merge a.json", "--merge: give two results or more, such as report --merge A.json B.json -o all.json")]
    [InlineData("report --merge a.json b.json ./a.json", "--merge: './a.json' is given twice: give each result only once")]
    [InlineData("report --merge a.json b.json -o c.txt",
        "-o: 'c.txt' names no form: give a file that ends in .json or .html")]
    [InlineData("bench --start-at tomorrow",
        "--start-at: 'tomorrow' is no time: give one such as 2026-11-29T20:00:00Z, 2026-11-29T20:00:00+01:00 or 20:15:30")]
    [InlineData("bench --report a --hdr-log a", "--hdr-log: is the same file as that of another option: give another")]
    [InlineData("bench --output xml", "--output: 'xml' is none of text, json, ndjson, csv")]
    [InlineData("--loopback --port 7", "--loopback: uses its own server: leave the other one out")]
    [InlineData("--loopback bench --port 7", "--loopback: uses its own server: leave the other one out")]
    [InlineData("10.0.0.9:5656 bench --loopback", "--loopback: uses its own server: leave the other one out")]
    [InlineData("--tls-ca a.pem", "--tls-ca: needs --tls")]
    [InlineData("sum 7 4 --insecure", "--insecure: needs --tls")]
    [InlineData("--tls --tls-cert a.pem", "--tls-cert, --tls-key: give both or neither")]
    [InlineData("--tls --insecure --tls-ca a.pem", "--insecure: verifies nothing: leave --tls-ca out")]
    [InlineData("--tls --loopback --insecure",
        "--insecure: does not go with --loopback, whose server has a certificate of its own: leave it out")]
    [InlineData("sum 7 4 --loopback --send-proxy v2", "--send-proxy: the server of --loopback takes no such header: leave it out")]
    [InlineData("--interval-lines", "unknown option '--interval-lines'")]
    [InlineData("bench --keep-alive 0.5s",
        "--keep-alive: '0.5s' is not a keep-alive setting: give idle time, interval and probes such as 15s/15s/9 (1s to 32767s, 1 to 127), "
        + "or 15s, or none")]
    [InlineData("--keep-alive none idle --for 1s", "--keep-alive: give it behind idle")]
    [InlineData("--port 7 report a.json", "--port: does not apply to report: leave it out")]
    [InlineData("report --port 7 a.json", "--port: does not apply to report: leave it out")]
    [InlineData("report --ip ::1", "--ip: does not apply to report: leave it out")]
    [InlineData("10.0.0.9:5656 report a.json", "'10.0.0.9:5656': report uses no server: leave it out")]
    [InlineData("idle --no-retry", "--no-retry: does not apply to idle: leave it out")]
    [InlineData("--no-retry idle", "--no-retry: does not apply to idle: leave it out")]
    [InlineData("storm --otlp http://127.0.0.1:4318", "--otlp: does not apply to storm: leave it out")]
    [InlineData("--otlp http://127.0.0.1:4318 connect localhost 1 -c 1", "--otlp: does not apply to connect: leave it out")]
    [InlineData("--output json", "unknown option '--output': did you mean --json?")]
    [InlineData("--nope", "unknown option '--nope'")]
    [InlineData("bench --nope", "unknown option '--nope'")]
    [InlineData("--nope sum 7 4", "unknown option '--nope'")]
    [InlineData("bench -o json",
        "-o: 'json' is a form of results and no file: give --output json, or a file such as -o result.json")]
    [InlineData("report a.json -o html", "-o: 'html' is a form of results and no file: give a file such as -o result.html")]
    [InlineData("bench --output result.json",
        "--output: 'result.json' is none of text, json, ndjson, csv: for a file give -o result.json")]
    [InlineData("report a.json --output b.html", "unknown option '--output': did you mean --output-file?")]
    [InlineData("report a.json --outputfile b.html", "unknown option '--outputfile': did you mean --output-file?")]
    public async Task Refuses_what_it_cannot_do(string arguments, string expected)
    {
        using StringWriter error = new();

        int exitCode = await RunAsync(new TcpClientProgram(), arguments, error);

        error.ToString().Should().Be($"TcpClient: {expected} (see --help){Environment.NewLine}");
        exitCode.Should().Be(ExitCode.Usage);
    }

    [Theory]
    [InlineData("report", "--merge, --output-file, --help, --log-level, --verbose, --quiet")]
    [InlineData("sum", "--ip, --port, --timeout, --connect-timeout, --keep-alive, --no-retry, --tls, --tls-ca, --tls-cert, --tls-key, "
        + "--tls-server-name, --insecure, --send-proxy, --loopback, --otlp, --capture, --help, --log-level, --verbose, --quiet")]
    public async Task Its_help_lists_the_options_of_the_command_and_no_others(string command, string expected) =>
        (await OptionsInHelpAsync(new TcpClientProgram(), command)).Should().Equal(expected.Split(", "));

    [Fact]
    public async Task Only_commands_that_measure_requests_have_options_for_that()
    {
        foreach (ClientProgram program in (ClientProgram[])[new TcpClientProgram(), new UdpClientProgram()])
        {
            foreach (string command in ClientCommand.Create(program, []).Subcommands.Select(command => command.Name))
            {
                string[] options = [.. await OptionsInHelpAsync(program, command)];

                options.Contains("--otlp").Should().Be(command is "ping" or "sum" or "bench", command);
                options.Contains("--no-id").Should().Be(command is "ping" or "sum" or "bench" && program.Name == "udp", command);
            }
        }
    }

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
                ParseResult parsed = ClientCommand.Create(program, []).Parse([.. arguments.Split(' '), option]);

                parsed.Tokens[^1].Type.Should().Be(TokenType.Option, option);
                parsed.Errors.Select(error => error.Message).Should().NotContain(message => message.Contains("leave it out"), option);
            }
        }
    }

    [Theory]
    [InlineData("sum -5 3")]
    [InlineData("sum 5 -3")]
    [InlineData("sum -5 -3 --timeout 1s")]
    [InlineData("--ip ::1 sum -9223372036854775808 0")]
    [InlineData("sum -")]
    [InlineData("sum - --loopback")]
    public void Takes_negative_numbers_and_the_dash(string arguments) =>
        ClientCommand.Create(new TcpClientProgram(), arguments.Split(' ')).Parse(arguments.Split(' ')).Errors.Should().BeEmpty();

    [Theory]
    [InlineData("--keep-alive 5s", "unknown option '--keep-alive'")]
    [InlineData("--workers 0", "--workers: '0' is not a count: give 1 to 10000, such as 500 or 10k")]
    [InlineData("--workers 5 sum 7 4", "--workers: does not apply to sum: leave it out")]
    [InlineData("--connect-timeout 5s", "unknown option '--connect-timeout'")]
    [InlineData("bench --requests-per-connection 1", "unknown option '--requests-per-connection'")]
    [InlineData("idle --no-id", "--no-id: does not apply to idle: leave it out")]
    [InlineData("--no-id path", "--no-id: does not apply to path: leave it out")]
    public async Task Refuses_over_UDP_what_it_cannot_do_there(string arguments, string expected)
    {
        using StringWriter error = new();

        int exitCode = await RunAsync(new UdpClientProgram(), arguments, error);

        error.ToString().Should().StartWith($"UdpClient: {expected}").And.EndWith($" (see --help){Environment.NewLine}");
        exitCode.Should().Be(ExitCode.Usage);
    }

    [Theory]
    [InlineData("ping --help")]
    [InlineData("sum --help")]
    [InlineData("bench --help")]
    [InlineData("report --help")]
    [InlineData("sum --help --nope")]
    [InlineData("sum 7")]
    [InlineData("ping ping")]
    [InlineData("report bench")]
    public async Task A_command_that_is_made_alone_is_the_same_as_among_the_others(string arguments)
    {
        foreach (ClientProgram program in (ClientProgram[])[new TcpClientProgram(), new UdpClientProgram()])
        {
            using StringWriter alone = new();
            using StringWriter among = new();

            await RunAsync(program, arguments, alone, alone);
            await ConsoleProgram.RunAsync(program.ProgramName, ClientCommand.Create(program, []), arguments.Split(' '), among, among);

            ClientCommand.Create(program, arguments.Split(' ')).Subcommands.Should().ContainSingle();
            alone.ToString().Should().Be(among.ToString()).And.NotBeEmpty();
        }
    }

    [Fact]
    public async Task A_program_can_have_a_command_of_its_own()
    {
        using StringWriter help = new();
        using StringWriter error = new();
        ProgramWithCommand program = new();

        await RunAsync(program, "--help", error, help);
        int exitCode = await RunAsync(program, "explain --port 7", error);
        int refused = await RunAsync(program, "-c 5 explain", error);

        help.ToString().Should().MatchRegex(@"(?m)^  explain <HOST:PORT> +Explains\.");
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

        public override IReadOnlyList<Option> OptionsOf(Command command) => [];

        public override IReadOnlyList<CommandMaker> Commands(ConnectOptions connect) => [new("explain", () => Explain(connect))];

        public override LoopbackServer StartServer(ParseResult parsed, ILoggerFactory loggers, ISocketObserver? observer) =>
            throw new NotSupportedException();

        public override ISumClient CreateProbe(ClientSettings settings) => throw new NotSupportedException();

        public override ISumClient CreateRetryingClient(ClientSettings settings) => throw new NotSupportedException();

        public override bool HasRequestIds(ParseResult parsed) => true;

        public override IReadOnlyList<TransportCounter> Counts(ISumClient client) => [];

        public override IReadOnlyList<TransportCounter> Describe(ISumClient client) => [];

        private static Command Explain(ConnectOptions connect)
        {
            Command explain = new("explain", "Explains.");
            connect.AddTo(explain);
            // Of such a command nothing is measured, so nothing is exported either.
            explain.SetAction((parsed, _) => connect.RunAsync(parsed, (target, _) => Task.FromResult(target.Metrics is null ? 42 : 43)));
            return explain;
        }
    }

    private static Task<int> RunAsync(ClientProgram program, string arguments, StringWriter error, StringWriter? output = null)
    {
        string[] split = arguments.Split(' ');
        return ClientCommand.RunAsync(program, split, error, output);
    }

    private static async Task<IEnumerable<string>> OptionsInHelpAsync(ClientProgram program, string command)
    {
        using StringWriter output = new();
        await ConsoleProgram.RunAsync(program.ProgramName, ClientCommand.Create(program, []), [command, "--help"], output: output);
        return Regex.Matches(output.ToString(), @"^  (?:-[^\s,]+, )*(--?[\w-]+)(?= )", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value);
    }
}
