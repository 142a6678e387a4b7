using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Interop;

/// <summary>Our UDP server against clients whose workers share one socket and take any datagram for their own answer.</summary>
public sealed class GoUdpClientTests(GoPair go) : IClassFixture<GoPair>
{
    private const int Workers = 10;

    [Fact(Timeout = 60_000)]
    public async Task Its_ten_workers_get_every_sum()
    {
        const int Rounds = 200;
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        await using ChildProcess client = await go.StartUdpClientAsync(server.Port, "-count", $"{Rounds}", "-pause", "0s");

        (await client.ExitAsync()).Should().Be(0, client.Error.Text);
        client.Output.Lines.Should().HaveCount(Workers * Rounds).And.OnlyContain(line => line == "7 + 4 = 11");
        DatagramTally tally = await server.StopUdpAsync();
        tally.Answered.Should().Be(Workers * Rounds);
        tally.Received.Should().Be(tally.Answered);
    }

    [Fact(Timeout = 60_000)]
    public async Task Four_clients_at_once_get_every_sum()
    {
        const int Clients = 4;
        const int Rounds = 50;
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        List<ChildProcess> clients = [];
        try
        {
            for (int i = 0; i < Clients; i++)
                clients.Add(await go.StartUdpClientAsync(server.Port, "-count", $"{Rounds}", "-pause", "5ms"));
            foreach (ChildProcess client in clients)
            {
                (await client.ExitAsync()).Should().Be(0, client.Error.Text);
                client.Output.Lines.Should().HaveCount(Workers * Rounds).And.OnlyContain(line => line == "7 + 4 = 11");
            }
        }
        finally
        {
            foreach (ChildProcess client in clients)
                await client.DisposeAsync();
        }

        (await server.StopUdpAsync()).Answered.Should().Be(Clients * Workers * Rounds);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_server_outlives_clients_that_come_and_go()
    {
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        await using (ChildProcess gone = await go.StartUdpClientAsync(server.Port, "-pause", "1ms"))
            await gone.Output.MatchAsync("^7 \\+ 4 = 11$"); // killed with answers on their way

        await using ChildProcess client = await go.StartUdpClientAsync(server.Port, "-count", "5", "-pause", "1ms");

        (await client.ExitAsync()).Should().Be(0, client.Error.Text);
        client.Output.Lines.Should().HaveCount(Workers * 5);
        await server.StopUdpAsync();
    }
}
