using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>A storm on a real server that is restarted under it.</summary>
public sealed class StormTests
{
    [Fact(Timeout = 60_000)]
    public async Task All_clients_of_a_server_that_is_stopped_and_started_again_come_back()
    {
        ChildProcess storm;
        int port;
        await using (ServerProcess first = await ServerProcess.StartAsync())
        {
            port = first.Port;
            storm = ChildProcess.Start(
                Programs.TcpClient,
                ["storm", "-p", $"{port}", "-c", "200", "--cut", "server", "--rounds", "1", "--back-off", "50ms..400ms", "--json"]);
            await Eventually.IsTrueAsync(() => SocketTable.Count(port, SocketState.Established) == 200, "200 are connected");
            await Eventually.PassesAsync(TimeSpan.FromMilliseconds(200)); // until the last has its sum
            await first.StopAsync();
        }

        await using (storm)
        await using (ServerProcess second = await ServerProcess.StartedAsync(ChildProcess.Start(Programs.TcpServer, ["--port", $"{port}"])))
        {
            (await storm.ExitAsync()).Should().Be(0, storm.Error.Text);
            JsonElement round = JsonDocument.Parse(storm.Output.Text).RootElement.GetProperty("rounds")[0];
            (round.GetProperty("cut").GetInt32(), round.GetProperty("back").GetInt32()).Should().Be((200, 200));
            round.GetProperty("failed").GetProperty("refused").GetInt64().Should()
                .BeGreaterThanOrEqualTo(200, "there was no server at first");
            round.GetProperty("back100_us").GetDouble().Should().BeGreaterThan(round.GetProperty("back50_us").GetDouble());
            await second.StopAsync();
        }
    }
}
