using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>A client that outlives its server.</summary>
public sealed class ReconnectTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_client_started_first_waits_for_its_server()
    {
        int port = await FreedPortAsync();
        await using ChildProcess ping = ChildProcess.Start(Programs.TcpClient, ["--port", $"{port}", "-i", "50ms"]);
        await ping.Output.MatchAsync("not sent: connection refused");

        await using ServerProcess server = await ServerProcess.StartedAsync(StartServer(port));
        await ping.Output.MatchAsync(@"7 \+ 4 = 11 ");
        ping.Send(Signal.Interrupt);

        (await ping.ExitAsync()).Should().BeOneOf([0, 1], "rounds before the first connection count as lost");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_whose_server_is_restarted_says_so_connects_again_and_counts_it()
    {
        int port;
        ChildProcess ping;
        await using (ServerProcess first = await ServerProcess.StartAsync())
        {
            port = first.Port;
            ping = ChildProcess.Start(Programs.TcpClient, ["--port", $"{port}", "-i", "50ms"]);
            await ping.Output.MatchAsync("seq=3 ");
            await first.StopAsync();
        }

        await using (ping)
        {
            await ping.Output.MatchAsync("^connection to .* lost: ");
            await ping.Output.MatchAsync("^seq=.* not sent: "); // else no round needed it, and that is no outage
            int seen = ping.Output.Lines.Count;
            await using ServerProcess second = await ServerProcess.StartedAsync(StartServer(port));
            await ping.Output.MatchAsync("^connected again to ", from: seen);
            await ping.Output.MatchAsync(@"7 \+ 4 = 11 ", from: seen);
            ping.Send(Signal.Interrupt);

            (await ping.ExitAsync()).Should().BeOneOf(0, 1);
            ping.Output.Text.Should().Contain("connections used: 2, outages: 1");
            await second.StopAsync();
        }
    }

    /// <summary>A port that was free a moment ago and that no other process here would take: the kernel hands ports out in turn.</summary>
    private static async Task<int> FreedPortAsync()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        return server.Port;
    }

    private static ChildProcess StartServer(int port) => ChildProcess.Start(Programs.TcpServer, ["--port", $"{port}"]);
}
