using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>How long silent connections live, through the real things that end them.</summary>
public sealed class IdleTests
{
    [Fact(Timeout = 60_000)]
    public async Task Finds_the_idle_limit_of_a_forwarder_and_that_keep_alive_does_not_count_there()
    {
        Tools.Require("socat");
        await using ServerProcess server = await ServerProcess.StartAsync("--timeout", "none");
        int port = 20_000 + Random.Shared.Next(9_000);
        await using ChildProcess socat = ChildProcess.Start(
            "socat", ["-d", "-d", "-T2", $"TCP-LISTEN:{port},fork,reuseaddr,backlog=200", $"TCP:127.0.0.1:{server.Port}"]);
        await socat.Error.MatchAsync("listening on");

        JsonElement result = await IdleAsync(0, "--port", $"{port}", "--for", "500ms..5s");

        result.GetProperty("limits").GetArrayLength().Should().Be(2);
        foreach (JsonElement limit in result.GetProperty("limits").EnumerateArray())
        {
            limit.GetProperty("died_ms").GetDouble().Should().BeInRange(1_990, 2_300);
            limit.GetProperty("lived_ms").GetDouble().Should().BeInRange(1_750, 2_000);
            limit.GetProperty("end").GetString().Should().Be("fin");
            limit.GetProperty("ended_by").GetString().Should().Be("path");
            limit.GetProperty("keep_alive_helps").GetString().Should().Be("no");
        }
    }

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
    public async Task Sees_that_the_servers_bytes_vanish()
    {
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess server = await network.StartServerAsync("--timeout", "none");
        await using ChildProcess idle = network.StartClient(
            Programs.TcpClient, "idle", "--ip", NetworkPair.ServerAddress, "--port", $"{server.Port}", "--for", "2s..3s",
            "--timeout", "1s");
        await idle.Output.MatchAsync("^takes at most");
        await Task.Delay(TimeSpan.FromMilliseconds(600), TestContext.Current.CancellationToken); // the first requests are answered

        await network.DropAsync();

        (await idle.ExitAsync()).Should().Be(0);
        idle.Output.Text.Should().Contain(
            "Server first: a silent connection does not even live for 2 s; then the server's bytes vanish and the client sees "
            + "nothing; a request of the client is then not answered either.");
        idle.Output.Text.Should().Contain("Client first: a silent connection does not even live for 2 s; then nothing shows");
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

    private static async Task<JsonElement> IdleAsync(int exitCode, params string[] arguments)
    {
        await using ChildProcess idle = await ChildProcess.RunAsync(Programs.TcpClient, ["idle", "--json", .. arguments]);
        (await idle.ExitAsync()).Should().Be(exitCode, idle.Error.Text);
        return JsonDocument.Parse(idle.Output.Text).RootElement;
    }
}
