using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Interop;

/// <summary>Our server against clients that send without a delimiter and take each read for one whole answer.</summary>
public sealed class GoClientTests(GoPair go) : IClassFixture<GoPair>
{
    [Fact(Timeout = 60_000)]
    public async Task The_client_gets_every_sum()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess client = await go.StartClientAsync(server.Port, "-count", "1000", "-pause", "0s");

        (await client.ExitAsync()).Should().Be(0, client.Error.Text);
        client.Output.Lines.Should().HaveCount(1000).And.OnlyContain(line => line == "7 + 4 = 11");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Eight_clients_at_once_get_every_sum()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        List<ChildProcess> clients = [];
        try
        {
            for (int i = 0; i < 8; i++)
                clients.Add(await go.StartClientAsync(server.Port, "-count", "100", "-pause", "5ms"));
            foreach (ChildProcess client in clients)
            {
                (await client.ExitAsync()).Should().Be(0, client.Error.Text);
                client.Output.Lines.Should().HaveCount(100).And.OnlyContain(line => line == "7 + 4 = 11");
            }

            await server.StopAsync();
        }
        finally
        {
            foreach (ChildProcess client in clients)
                await client.DisposeAsync();
        }
    }

    /// <summary>The original server's one deadline is what these two options ask for.</summary>
    [Fact(Timeout = 60_000)]
    public async Task The_client_is_cut_at_the_lifetime_as_the_Go_server_would_do()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--timeout", "none", "--max-lifetime", "1s");
        await using ChildProcess client = await go.StartClientAsync(server.Port, "-pause", "10ms");

        (await client.ExitAsync()).Should().Be(1);
        client.Output.Lines.Should().NotBeEmpty();
        client.Error.Text.Should().MatchRegex("EOF|broken pipe|reset", "the connection ended, and no answer was wrong before that");
        await server.StopAsync();
    }
}
