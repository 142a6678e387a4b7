using FluentAssertions;
using SumSocket.Apps;
using SumSocket.Cli.Options;
using SumSocket.Commands;
using Xunit;

namespace SumSocket.Tests.Apps;

/// <summary>Words that the parser would take for something else than the user meant, most often for a server.</summary>
public sealed class MisreadWordsTests
{
    private const string NoHost = "is not a server's address: give an IPv4 or IPv6 address or a host name, and its port with --port";

    [Theory]
    [InlineData("--tls=true -c 1", "--tls: takes no value: leave =true out")]
    [InlineData("--tls=1 --tls-ca a.pem", "--tls: takes no value: leave =1 out")]
    [InlineData("--loopback:true", "--loopback: takes no value: leave :true out")]
    [InlineData("--json=1 10.0.0.9", "--json: takes no value: leave =1 out")]
    [InlineData("-q=yes", "-q: takes no value: leave =yes out")]
    [InlineData("-qv=yes", "-qv: takes no value: leave =yes out")]
    [InlineData("sum 7 4 --loopback=\u001b[31m", "--loopback: takes no value: leave =\\u001B[31m out")]
    [InlineData("--tls=true sum 7 4", "--tls: takes no value: leave =true out")]
    [InlineData("bench --json=1", "unknown option '--json=1': did you mean --output json?")]
    [InlineData("sum 7 4 --json:1", "--json: does not apply to sum: leave it out")]
    public void A_flag_takes_no_value(string arguments, string expected) => Refuses(arguments, expected);

    [Theory]
    [InlineData("bench -oq=1.json")]
    [InlineData("bench -o=q")]
    [InlineData("bench --output=json")]
    [InlineData("bench --tls --help=true")]
    [InlineData("sum 7 4 --ip=::1 -- --tls=true:7")]
    public void What_is_behind_an_equals_sign_can_be_a_value(string arguments)
    {
        string[] words = arguments.Split(' ');

        UsageError.Find(ClientCommand.Create(new TcpClientProgram(), words).Parse(words), words)
            .Should().Match(wrong => wrong == null || !wrong.Contains("takes no value"));
    }

    [Theory]
    [InlineData("bnech 127.0.0.1:5656", "unknown command or argument 'bnech': did you mean bench?")]
    [InlineData("bnech 127.0.0.1 5656", "unknown command or argument 'bnech': did you mean bench?")]
    [InlineData("pnig 127.0.0.1", "unknown command or argument 'pnig': did you mean ping?")]
    [InlineData("pnig localhost", "unknown command or argument 'pnig': did you mean ping?")]
    [InlineData("benhc -d 1s 127.0.0.1:5656", "unknown command or argument 'benhc': did you mean bench?")]
    [InlineData("benhc --nope", "unknown command or argument 'benhc': did you mean bench?")]
    [InlineData("sun 7 4", "unknown command or argument 'sun': did you mean sum?")]
    [InlineData("bnech 127.0.0.1:5656 -c 5 --timeout 1s", "unknown command or argument 'bnech': did you mean bench?")]
    [InlineData("--nope localhost", "unknown option '--nope'")]
    [InlineData("pong 7 --nope", "unknown option '--nope'")]
    public void A_command_mistyped_in_front_of_a_server_is_named(string arguments, string expected) => Refuses(arguments, expected);

    [Theory]
    [InlineData("help", "unknown command or argument 'help': did you mean --help? A host of that name: --ip help")]
    [InlineData("help bench", "unknown command or argument 'help': did you mean --help? A host of that name: --ip help")]
    [InlineData("version", "unknown command or argument 'version': did you mean --version? A host of that name: --ip version")]
    [InlineData("version -c 1", "unknown command or argument 'version': did you mean --version? A host of that name: --ip version")]
    public void The_command_of_other_tools_for_help_is_no_host(string arguments, string expected) => Refuses(arguments, expected);

    [Theory]
    [InlineData("storm", "unknown command or argument 'storm': it is a command of TcpClient. A host of that name: --ip storm")]
    [InlineData("storm -c 10", "unknown command or argument 'storm': it is a command of TcpClient. A host of that name: --ip storm")]
    [InlineData("connect localhost 80", "unknown command or argument 'connect': it is a command of TcpClient")]
    [InlineData("connect 10.0.0.9:80", "unknown command or argument 'connect': it is a command of TcpClient")]
    public void A_command_of_the_other_program_is_no_host(string arguments, string expected) =>
        Refuses(arguments, expected, new UdpClientProgram());

    [Fact]
    public void A_program_knows_the_commands_of_the_other()
    {
        string[] tcp = [.. ClientCommand.Create(new TcpClientProgram(), []).Subcommands.Select(command => command.Name)];
        string[] udp = [.. ClientCommand.Create(new UdpClientProgram(), []).Subcommands.Select(command => command.Name)];

        new UdpClientProgram().CommandsOfTcpClient.Should().BeEquivalentTo(tcp.Except(udp));
        udp.Should().BeSubsetOf(tcp);
    }

    [Theory]
    [InlineData("127.0.0.1:5656 127.0.0.1:5657", "'127.0.0.1:5657' is a second server: give one")]
    [InlineData("10.0.0.9 10.0.0.8", "'10.0.0.8' is a second server: give one")]
    [InlineData("10.0.0.9 server1.example.org", "'server1.example.org' is a second server: give one")]
    [InlineData("localhost example.org", "'example.org' is a second server: give one")]
    [InlineData("bench [::1]:7 tcp://localhost:7", "'tcp://localhost:7' is a second server: give one")]
    [InlineData("sum 127.0.0.1:5656 127.0.0.1:5657 7 4", "'127.0.0.1:5657' is a second server: give one")]
    [InlineData("10.0.0.9 56.56", "'56.56' is not a port: give 1 to 65535")]
    public void A_second_server_is_no_port(string arguments, string expected) => Refuses(arguments, expected);

    [Theory]
    [InlineData("--ip 5656", "--ip: '5656' " + NoHost)]
    [InlineData("--ip=a_b!c", "--ip: 'a_b!c' " + NoHost)]
    [InlineData("--ip a\u001b[31mb", "--ip: 'a\\u001B[31mb' " + NoHost)]
    [InlineData("--ip -", "--ip: '-' " + NoHost)]
    [InlineData("--ip [::1]:7", "--ip: '[::1]:7' " + NoHost)]
    [InlineData("10.0.0.9:7 --ip ", "--ip: '' " + NoHost)]
    [InlineData("10.0.0.9:7 --ip 7", "--ip: '7' " + NoHost)]
    public void An_option_takes_no_other_hosts_than_an_argument(string arguments, string expected) => Refuses(arguments, expected);

    [Theory]
    [InlineData("10.0.0.9 5656 -- sum 7 4", "'sum': behind -- is neither an option nor a command: give it in front")]
    [InlineData("-- 10.0.0.9 5656 -c 1", "'-c': behind -- is neither an option nor a command: give it in front")]
    [InlineData("-- 10.0.0.9 --nope", "'--nope': behind -- is neither an option nor a command: give it in front")]
    [InlineData("-- 10.0.0.9 5656 fish", "unknown command or argument 'fish'")]
    public void Behind_two_dashes_nothing_is_an_option_or_a_command(string arguments, string expected) => Refuses(arguments, expected);

    [Theory]
    [InlineData("--pipline 3", "unknown option '--pipline': did you mean --pipeline of bench?")]
    [InlineData("--conections 3", "unknown option '--conections': did you mean --connections of bench, storm, idle?")]
    [InlineData("sum 7 4 --pipline 3", "unknown option '--pipline'")]
    [InlineData("bench --json", "unknown option '--json': did you mean --output json?")]
    [InlineData("connect localhost 80 --json", "unknown option '--json': did you mean --output json?")]
    [InlineData("path --output json", "unknown option '--output': did you mean --json?")]
    public void An_option_of_another_command_or_form_is_suggested(string arguments, string expected) => Refuses(arguments, expected);

    /// <summary>Finds it without a run, which would ping without end where it finds nothing.</summary>
    private static void Refuses(string arguments, string expected, ClientProgram? program = null)
    {
        program ??= new TcpClientProgram();
        string[] words = arguments.Split(' ');

        string? wrong = UsageError.Find(ClientCommand.Create(program, words).Parse(words), words, () => ClientCommand.Create(program, []));

        wrong.Should().Be(expected);
    }
}
