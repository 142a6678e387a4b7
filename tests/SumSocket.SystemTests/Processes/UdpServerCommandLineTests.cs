using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>What a user meets before the first datagram: help, version, wrong usage, addresses that cannot be had.</summary>
public sealed class UdpServerCommandLineTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("--help", "--timeout")]
    [InlineData("--version", ".")]
    public async Task Help_and_version_end_with_0(string option, string answer)
    {
        await using ChildProcess server = await ChildProcess.RunAsync(Programs.UdpServer, option);

        (await server.ExitAsync()).Should().Be(0);
        server.Output.Text.Should().Contain(answer);
        server.Error.Text.Should().BeEmpty();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--port", "70000")]
    [InlineData("--port", "five")]
    [InlineData("--timeout", "soon")]
    [InlineData("--timeout", "-1s")]
    [InlineData("--max-connections", "10")]
    public async Task Wrong_usage_is_one_line_and_ends_with_2(string option, string value)
    {
        await using ChildProcess server = await ChildProcess.RunAsync(Programs.UdpServer, option, value);

        (await server.ExitAsync()).Should().Be(2, server.Error.Text);
        server.Output.Text.Should().BeEmpty();
        server.Error.Lines.Where(line => line.Length > 0).Should().ContainSingle().Which.Should().NotContain("   at ");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_in_use_is_one_line_and_ends_with_5()
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)other.LocalEndPoint!).Port;

        await using ChildProcess server = await ChildProcess.RunAsync(Programs.UdpServer, "--port", $"{port}");

        (await server.ExitAsync()).Should().Be(5, server.Error.Text);
        server.Error.Text.Should().Contain($"{port}").And.Contain("in use").And.NotContain("   at ");
        server.Output.Text.Should().BeEmpty("nothing is received");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_server_cannot_share_the_port_of_the_first()
    {
        await using ServerProcess first = await ServerProcess.StartUdpAsync();
        await using ChildProcess second = await ChildProcess.RunAsync(Programs.UdpServer, "--port", $"{first.Port}");

        (await second.ExitAsync()).Should().Be(5, second.Error.Text);
        await first.StopUdpAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_of_another_machine_is_one_line_and_ends_with_5()
    {
        await using ChildProcess server = await ChildProcess.RunAsync(Programs.UdpServer, "--ip", "192.0.2.1", "--port", "0");

        (await server.ExitAsync()).Should().Be(5, server.Error.Text);
        server.Error.Text.Should().Contain("192.0.2.1").And.NotContain("   at ");
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_address_gets_its_line_and_answers_and_nothing_else_is_on_standard_output()
    {
        string[] addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];
        await using ServerProcess server = await ServerProcess.StartUdpAsync(
            [.. addresses.SelectMany(address => new[] { "--ip", address })]);
        foreach (string address in addresses)
        {
            Match line = await server.Process.Output.MatchAsync($@"^listening on udp {Regex.Escape(address)}:(\d+)$");
            using DatagramPeer peer = DatagramPeer.Connect(int.Parse(line.Groups[1].Value, null), address);
            await peer.AskAsync(7);
        }

        (await server.StopUdpAsync()).Answered.Should().Be(addresses.Length);
        server.Process.Output.Lines.Should().HaveCount(addresses.Length);
    }
}
