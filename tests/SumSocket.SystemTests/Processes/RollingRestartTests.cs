using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Two servers behind a real balancer, restarted one after the other under load by the script that the pages name.</summary>
public sealed class RollingRestartTests
{
    private const int Rounds = 2;

    [Theory(Timeout = 60_000)]
    [InlineData("haproxy")]
    [InlineData("nginx")]
    public async Task Loses_nothing(string balancer)
    {
        Require(balancer);
        await using ChildProcess script = Start(balancer, naive: "");
        for (int round = 1; round <= Rounds; round++)
            await script.Output.MatchAsync($"^round {round}: ");
        int code = await script.ExitAsync();

        script.Output.Text.Should().Contain($"{Rounds} of {Rounds} rounds without a loss ({balancer})");
        code.Should().Be(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Notices_what_is_lost_when_it_is_done_wrongly()
    {
        Require("haproxy");
        await using ChildProcess script = Start("haproxy", naive: "restart", rounds: 1);

        (await script.ExitAsync()).Should().Be(1);
        script.Output.Text.Should().MatchRegex("round 1: bench [0-9]+ planned, [0-9]+ ok, [1-9]").And.Contain("0 of 1 rounds");
    }

    private static void Require(string balancer)
    {
        Tools.Require(balancer);
        if (balancer == "nginx" && !File.Exists("/usr/lib/nginx/modules/ngx_stream_module.so"))
            Tools.Missing("needs the stream module of nginx");
    }

    private static ChildProcess Start(string balancer, string naive, int rounds = Rounds)
    {
        // Below the ports that the system hands out: the servers need theirs again.
        int port = 20_000 + Random.Shared.Next(3_000) * 3;
        // Shorter than by default, and long enough for all restarts.
        string script = Path.Combine(Programs.Root, "deploy", "rolling-restart.sh");
        return ChildProcess.Shell(
            $"PORT={port} LENGTH={(balancer == "nginx" ? 7 : 5)} NAIVE={naive} SERVER='{Programs.TcpServer}' "
            + $"CLIENT='{Programs.TcpClient}' exec '{script}' {balancer} {rounds}");
    }
}
