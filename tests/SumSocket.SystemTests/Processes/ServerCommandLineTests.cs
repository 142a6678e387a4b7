using System.Net;
using System.Net.Sockets;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>What a user meets before the first connection: help, version, wrong usage, addresses that cannot be had.</summary>
public sealed class ServerCommandLineTests
{
    [Fact(Timeout = 60_000)]
    public async Task Help_names_every_option_and_ends_with_0()
    {
        await using ChildProcess server = await ChildProcess.RunAsync(Programs.TcpServer, "--help");

        (await server.ExitAsync()).Should().Be(0);
        server.Output.Text.Should().ContainAll(
            "--ip", "--port", "--timeout", "--max-lifetime", "--write-timeout", "--max-connections", "--max-connections-per-ip",
            "--backlog", "--keep-alive", "--user-timeout", "--drain-timeout", "--tls-cert", "--tls-key", "--tls-client-ca", "--log-level",
            "--version");
        server.Error.Text.Should().BeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Version_is_a_number_and_ends_with_0()
    {
        await using ChildProcess server = await ChildProcess.RunAsync(Programs.TcpServer, "--version");

        (await server.ExitAsync()).Should().Be(0);
        server.Output.Lines.Should().ContainSingle().Which.Should().MatchRegex(@"\d+\.\d+\.\d+");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--port", "70000")]
    [InlineData("--port", "five")]
    [InlineData("--timeout", "soon")]
    [InlineData("--timeout", "-1s")]
    [InlineData("--max-connections", "0")]
    [InlineData("--keep-alive", "1s/1s")]
    [InlineData("--no-such-option", "1")]
    public async Task Wrong_usage_is_one_line_and_ends_with_2(string option, string value)
    {
        await using ChildProcess server = await ChildProcess.RunAsync(Programs.TcpServer, option, value);

        (await server.ExitAsync()).Should().Be(2, server.Error.Text);
        server.Output.Text.Should().BeEmpty();
        server.Error.Lines.Where(line => line.Length > 0).Should().ContainSingle().Which.Should().NotContain("   at ");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_it_listens_is_said_once(bool isUdp)
    {
        await using ChildProcess server = ChildProcess.Start(isUdp ? Programs.UdpServer : Programs.TcpServer, ["--port", "0"]);
        await server.Output.MatchAsync("^listening on (tcp|udp) 127\\.0\\.0\\.1:\\d+$");

        server.Send(Signal.Interrupt);

        (await server.ExitAsync()).Should().Be(0, server.Error.Text);
        server.Output.Lines.Should().ContainSingle(line => line.Length > 0);
        server.Error.Text.Should().NotContain("istening on").And.NotContain("eceiving on").And.NotContain("within 00:");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_in_use_is_one_line_and_ends_with_5()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        await using ChildProcess server = await ChildProcess.RunAsync(Programs.TcpServer, "--port", $"{port}");

        (await server.ExitAsync()).Should().Be(5, server.Error.Text);
        server.Error.Text.Should().Contain($"{port}").And.Contain("in use").And.NotContain("   at ");
        server.Output.Text.Should().BeEmpty("nothing accepts");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_server_cannot_share_the_port_of_the_first()
    {
        await using ServerProcess first = await ServerProcess.StartAsync();
        await using ChildProcess second = await ChildProcess.RunAsync(Programs.TcpServer, "--port", $"{first.Port}");

        (await second.ExitAsync()).Should().Be(5, second.Error.Text);
        await first.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_of_another_machine_is_one_line_and_ends_with_5()
    {
        await using ChildProcess server = await ChildProcess.RunAsync(Programs.TcpServer, "--ip", "192.0.2.1", "--port", "0");

        (await server.ExitAsync()).Should().Be(5, server.Error.Text);
        server.Error.Text.Should().Contain("192.0.2.1").And.NotContain("   at ");
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_address_gets_its_line_and_nothing_else_is_on_standard_output()
    {
        await using ChildProcess server =
            ChildProcess.Start(Programs.TcpServer, ["--ip", "127.0.0.1", "--ip", "127.0.0.2", "--port", "0"]);
        await server.Output.MatchAsync(@"^listening on tcp 127\.0\.0\.1:\d+$");
        await server.Output.MatchAsync(@"^listening on tcp 127\.0\.0\.2:\d+$");
        server.Send(Signal.Terminate);

        (await server.ExitAsync()).Should().Be(0, server.Error.Text);
        server.Output.Lines.Should().HaveCount(2);
    }
}
