using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Interop;

/// <summary>Our UDP client against a server that echoes no Id and lives as long as its only deadline.</summary>
public sealed class GoUdpServerTests(GoPair go) : IClassFixture<GoPair>
{
    private static string Exe => Programs.UdpClient;

    [Fact(Timeout = 60_000)]
    public async Task Ping_without_ids_gets_every_sum()
    {
        await using ServerProcess server = await go.StartUdpServerAsync();

        await using ChildProcess ping = await ChildProcess.RunAsync(
            Exe, "-v", "--no-id", "--port", $"{server.Port}", "-c", "5", "-i", "10ms");

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        ping.Output.Lines.Where(line => line.StartsWith("7 + ", StringComparison.Ordinal)).Select(line => line.Split(" from 127.0.0.1:")[0])
            .Should().BeEquivalentTo(Enumerable.Range(4, 50).Select(b => $"7 + {b} = {7 + b}"));
        ping.Output.Text.Should().ContainAll("50 sent, 50 answered, 0 lost", "0 unmatched");
    }

    [Fact(Timeout = 60_000)]
    public async Task Sum_of_many_lines_without_ids_gives_every_pair_its_own_sum()
    {
        const int Lines = 20_000;
        await using ServerProcess server = await go.StartUdpServerAsync();
        await using ChildProcess sum = ChildProcess.Start(Exe, ["sum", "-", "--no-id", "--port", $"{server.Port}"]);

        for (int i = 0; i < Lines; i++)
            await sum.Input.WriteLineAsync($"{i} {-2 * i}");
        sum.Input.Close();

        (await sum.ExitAsync()).Should().Be(0, sum.Error.Text);
        sum.Output.Lines.Should().Equal(Enumerable.Range(0, Lines).Select(i => $"{-i}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task With_ids_its_answers_belong_to_no_request()
    {
        await using ServerProcess server = await go.StartUdpServerAsync();

        await using ChildProcess ping = await ChildProcess.RunAsync(
            Exe, "--port", $"{server.Port}", "-c", "1", "--workers", "3", "--timeout", "300ms");

        (await ping.ExitAsync()).Should().Be(5, "not one answer could be matched");
        ping.Output.Text.Should().ContainAll("3 sent, 0 answered, 3 lost", "3 foreign");
    }

    [Fact(Timeout = 60_000)]
    public async Task Ping_sees_the_server_end_at_its_only_deadline()
    {
        await using ServerProcess server = await go.StartUdpServerAsync("-timeout", "3s");
        await using ChildProcess ping = ChildProcess.Start(Exe, ["-v", "--no-id", "--port", $"{server.Port}", "-i", "50ms"]);

        await ping.Output.MatchAsync("7 \\+ 4 = 11");
        await server.Process.ExitAsync();
        await ping.Output.MatchAsync($"^no answer from 127.0.0.1:{server.Port}: connection refused$");
        ping.Send(Signal.Interrupt);

        (await ping.ExitAsync()).Should().Be(1, "what was sent last is lost");
        ping.Output.Text.Should().Contain("outages: 1");
    }
}
