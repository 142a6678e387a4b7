using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>How long silent connections live, through the real things that end them.</summary>
public sealed class IdleTests
{
    [Fact(Timeout = 60_000)]
    public async Task Knows_the_servers_own_limit_beforehand_and_misses_a_threshold_for_it()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--timeout", "2s");

        JsonElement result = await IdleAsync(3, "--port", $"{server.Port}", "--for", "500ms..3s", "--threshold", "lives>=3s");

        JsonElement client = result.GetProperty("limits")[0];
        client.GetProperty("capped_by_server_ms").GetDouble().Should().Be(2_000);
        client.GetProperty("lived_ms").GetDouble().Should().Be(1_800);
        result.GetProperty("limits")[1].GetProperty("lived_ms").GetDouble().Should().Be(3_000);
        result.GetProperty("verdict").EnumerateArray().Select(one => one.GetString())
            .Should().Contain(one => one!.Contains("--timeout none"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Holds_many_and_asks_on_all()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();

        JsonElement result = await IdleAsync(0, "--port", $"{server.Port}", "-c", "500", "--for", "1s");

        JsonElement hold = result.GetProperty("hold");
        hold.GetProperty("connected").GetInt32().Should().Be(500);
        hold.GetProperty("lived").GetInt32().Should().Be(500);
    }

    [Fact(Timeout = 60_000)]
    public async Task Says_how_long_a_binding_lives_over_udp()
    {
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        await using ChildProcess idle = await ChildProcess.RunAsync(
            Programs.UdpClient, "idle", "--port", $"{server.Port}", "--for", "500ms..1s");

        (await idle.ExitAsync()).Should().Be(0);
        idle.Output.Text.Should().Contain("Client first: a silence of 1 s is survived.")
            .And.Contain("Server first: a silence of 1 s is survived.");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1, "500ms..3s", "1.8 s")]
    [InlineData(20, "3s", "0 of 20 connections")]
    public async Task Says_on_stderr_what_missed_the_threshold(int connections, string silences, string actual)
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--timeout", "2s");
        await using ChildProcess idle = await ChildProcess.RunAsync(
            Programs.TcpClient, "idle", "--port", $"{server.Port}", "-c", $"{connections}", "--for", silences, "--first", "client",
            "--threshold", "lives>=3s");

        (await idle.ExitAsync()).Should().Be(3, idle.Output.Text);
        idle.Error.Lines.Should().ContainSingle().Which.Should().Be($"TcpClient: idle: threshold missed: lives>=3s ({actual})");
    }

    private static async Task<JsonElement> IdleAsync(int exitCode, params string[] arguments)
    {
        await using ChildProcess idle = await ChildProcess.RunAsync(Programs.TcpClient, ["idle", "--json", .. arguments]);
        (await idle.ExitAsync()).Should().Be(exitCode, idle.Error.Text);
        return JsonDocument.Parse(idle.Output.Text).RootElement;
    }
}
