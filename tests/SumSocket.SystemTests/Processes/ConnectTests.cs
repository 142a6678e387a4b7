using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary><c>connect</c>, and what the other commands say of a service that is no sum server.</summary>
public sealed class ConnectTests
{
    [Fact(Timeout = 60_000)]
    public async Task Times_connects_to_a_service_that_is_no_sum_server()
    {
        await using AnsweringServer other = AnsweringServer.Start(_ => "-ERR unknown command\r\n");

        await using ChildProcess connect = await ChildProcess.RunAsync(
            Programs.TcpClient, "connect", "localhost", $"{other.Port}", "-c", "3", "-i", "10ms");

        (await connect.ExitAsync()).Should().Be(0, connect.Error.Text);
        for (int round = 1; round <= 3; round++)
        {
            await connect.Output.MatchAsync(
                $@"^connected to \S+:{other.Port}: seq={round} resolve=\d+\.\d{{3}} ms connect=\d+\.\d{{3}} ms time=\d+\.\d{{3}} ms$");
        }

        connect.Output.Text.Should().Contain("3 rounds, 3 connected, 0 failed (0%)").And.NotContain("tls");
        connect.Output.Lines.Should().OnlyContain(line => line.Length <= 100);
    }

    [Fact(Timeout = 60_000)]
    public async Task Times_the_TLS_handshake_apart()
    {
        await using ChildProcess connect = await ChildProcess.RunAsync(
            Programs.TcpClient, "connect", "--loopback", "--tls", "-c", "2", "-i", "10ms", "--output", "ndjson");

        (await connect.ExitAsync()).Should().Be(0, connect.Error.Text);
        JsonElement[] lines = [.. connect.Output.Lines.Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement)];
        lines.Should().HaveCount(3);
        lines[0].GetProperty("tls_us").GetDouble().Should().BePositive();
        lines[2].GetProperty("tls").GetProperty("count").GetInt32().Should().Be(2);
        lines[2].GetProperty("exit_code").GetInt32().Should().Be(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Never_connected_is_exit_5()
    {
        int closed;
        await using (AnsweringServer gone = AnsweringServer.Start(_ => null))
            closed = gone.Port;

        await using ChildProcess connect = await ChildProcess.RunAsync(
            Programs.TcpClient, "connect", $"127.0.0.1:{closed}", "-c", "2", "-i", "10ms");

        (await connect.ExitAsync()).Should().Be(5);
        await connect.Output.MatchAsync(@"^seq=1 not connected: connection refused after \d+\.\d{3} ms$");
        connect.Output.Text.Should().Contain("2 rounds, 0 connected, 2 failed (100%)");
    }

    [Fact(Timeout = 60_000)]
    public async Task Control_C_ends_it_with_the_summary()
    {
        await using AnsweringServer other = AnsweringServer.Start(_ => null);
        await using ChildProcess connect = ChildProcess.Start(Programs.TcpClient, ["connect", "127.0.0.1", $"{other.Port}", "-i", "10ms"]);
        await connect.Output.MatchAsync("seq=2 ");

        connect.Send(Signal.Quit);
        await connect.Error.MatchAsync(
            @"^\d+ rounds, \d+ connected, 0 failed \(0%\)(, \d+ skipped)?(, one under way for .* s)?, p50 .*, max .*, outages: 0, "
            + "availability: 100%$");
        connect.Send(Signal.Interrupt);

        (await connect.ExitAsync()).Should().Be(0, connect.Error.Text);
        connect.Output.Text.Should().Contain("connect statistics");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("sum", "7", "4")]
    [InlineData("ping", "-c", "1")]
    public async Task What_is_no_sum_server_is_said_with_what_it_said_and_what_to_do(params string[] arguments)
    {
        await using AnsweringServer other = AnsweringServer.Start(_ => "-ERR unknown command '{'\r\nmore");

        await using ChildProcess client = await ChildProcess.RunAsync(Programs.TcpClient, [.. arguments, "-p", $"{other.Port}"]);

        (await client.ExitAsync()).Should().NotBe(0);
        (client.Output.Text + client.Error.Text).Should().Contain(
            "this is no sum server (it said \"-ERR unknown command '{'\"): try connect, or idle --any");
    }
}
