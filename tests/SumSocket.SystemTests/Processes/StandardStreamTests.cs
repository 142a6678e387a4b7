using System.Net;
using System.Net.Sockets;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Standard streams that are full, or closed when a program is started, and too few files for any.</summary>
public sealed class StandardStreamTests
{
    private static readonly string[] _names = ["TcpServer", "TcpClient", "UdpServer", "UdpClient"];

    [Theory(Timeout = 30_000)]
    [InlineData("TcpClient sum 7 4 --port 1", 5)]
    [InlineData("UdpClient sum 7 4 --port 1 --timeout 200ms", 5)]
    [InlineData("TcpClient --prot 1", 2)]
    [InlineData("UdpServer --port x", 2)]
    [InlineData("TcpServer --ip 192.0.2.1 --port 0", 5)]
    [InlineData("UdpServer --ip 192.0.2.1 --port 0", 5)]
    [InlineData("TcpClient sum - --loopback <<< $'x\\n7 4'", 1)]
    [InlineData("TcpClient --help > /dev/full", 1)]
    [InlineData("UdpServer --version > /dev/full", 1)]
    [InlineData("TcpClient sum 7 4 --loopback > /dev/full", 1)]
    public async Task What_cannot_be_said_changes_no_exit_code(string command, int code)
    {
        await using ChildProcess shell = Shell($"{command} 2> /dev/full");

        (await shell.ExitAsync()).Should().Be(code, shell.Error.Text);
        shell.Output.Text.Trim().Should().Be(code == 1 && command.Contains("sum -", StringComparison.Ordinal) ? "11" : "");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("TcpClient sum 7 4 --loopback >&-", 1, true)]
    [InlineData("UdpClient --help >&-", 1, true)]
    [InlineData("TcpClient sum 7 4 --loopback <&- >&- 2>&-", 1, false)]
    [InlineData("TcpClient sum 7 4 --port 1 2>&-", 5, false)]
    public async Task A_closed_output_is_a_failure_like_any_other(string command, int code, bool isSaid)
    {
        await using ChildProcess shell = Shell(command);

        (await shell.ExitAsync()).Should().Be(code);
        shell.Error.Text.Trim().Should().Be(
            isSaid ? $"{command.Split(' ')[0]}: cannot read or write: standard output was closed when the program was started" : "");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("> /dev/full", true)]
    [InlineData(">&-", true)]
    [InlineData("> /dev/full 2> /dev/full", false)]
    [InlineData("<&- >&- 2>&-", false)]
    public async Task A_server_that_cannot_say_where_it_listens_serves_all_the_same(string redirection, bool hasLog)
    {
        int port = FreePort();
        await using ChildProcess server = Shell($"exec TcpServer --port {port} {redirection}");
        await Eventually.IsTrueAsync(() => SocketTable.Count(port, SocketState.Listen) == 1, "it listens");

        for (int i = 0; i < 5; i++) // each is logged
        {
            await using StreamPeer peer = await StreamPeer.ConnectAsync(port);
            await peer.AskAsync();
        }

        server.Send(Signal.Terminate);
        (await server.ExitAsync()).Should().Be(0);
        if (hasLog)
            server.Error.Text.Should().Contain("Serving, although standard output does not take where: ").And.Contain("#5 closed");
        server.Output.Text.Should().BeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task Too_few_files_are_one_line_and_no_core_dump()
    {
        foreach (string name in _names)
        {
            await using ChildProcess shell = Shell($"ulimit -n 64; {name} --port 0");

            (await shell.ExitAsync()).Should().Be(5, shell.Error.Text);
            shell.Error.Text.Trim().Should().MatchRegex($@"^{name}: this process may open only 64 files and needs \d+: raise ulimit -n$");
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task With_just_the_files_that_a_server_needs_it_serves()
    {
        int least = 0;
        await using (ChildProcess refused = Shell("ulimit -n 64; TcpServer --port 0"))
        {
            await refused.ExitAsync();
            least = int.Parse(refused.Error.Text.Split("needs ")[1].Split(':')[0], System.Globalization.CultureInfo.InvariantCulture);
        }

        await using ServerProcess server = await ServerProcess.StartedAsync(Shell($"ulimit -n {least}; exec TcpServer --port 0"));
        await using (StreamPeer peer = await server.ConnectAsync())
        {
            for (int i = 0; i < 3; i++)
                await peer.AskAsync();
        }

        await server.StopAsync();
    }

    private static ChildProcess Shell(string script) => ChildProcess.Start(
        "env", [$"PATH={Programs.SearchPath}", "bash", "-c", script]);

    private static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
