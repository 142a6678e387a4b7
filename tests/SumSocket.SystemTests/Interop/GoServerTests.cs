using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Interop;

/// <summary>Our client against a server that takes each read for one message and answers without a delimiter.</summary>
public sealed class GoServerTests(GoPair go) : IClassFixture<GoPair>
{
    private static string Exe => Programs.TcpClient;

    [Fact(Timeout = 60_000)]
    public async Task Ping_gets_every_sum_on_one_connection()
    {
        await using ServerProcess server = await go.StartServerAsync();

        await using ChildProcess ping = await ChildProcess.RunAsync(Exe, "--port", $"{server.Port}", "-c", "5", "-i", "10ms");

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        ping.Output.Lines.Count(line => line.StartsWith("7 + 4 = 11 from 127.0.0.1:", StringComparison.Ordinal)).Should().Be(5);
        server.Log.Lines.Count(line => line.Contains("EOF", StringComparison.Ordinal)).Should().BeLessThanOrEqualTo(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Sum_prints_one_sum()
    {
        await using ServerProcess server = await go.StartServerAsync();

        await using ChildProcess sum = await ChildProcess.RunAsync(Exe, "sum", "--port", $"{server.Port}", "7", "4");

        (await sum.ExitAsync()).Should().Be(0, sum.Error.Text);
        sum.Output.Lines.Should().Equal("11");
    }

    /// <summary>Two requests in one read, or two answers in one, would both end the conversation.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Sum_of_many_lines_keeps_one_request_in_flight()
    {
        const int Lines = 5_000;
        await using ServerProcess server = await go.StartServerAsync();
        await using ChildProcess sum = ChildProcess.Start(Exe, ["sum", "-", "--port", $"{server.Port}"]);

        for (int i = 0; i < Lines; i++)
            await sum.Input.WriteLineAsync($"{i} {-2 * i}");
        sum.Input.Close();

        (await sum.ExitAsync()).Should().Be(0, sum.Error.Text);
        sum.Output.Lines.Should().Equal(Enumerable.Range(0, Lines).Select(i => $"{-i}"));
        server.Log.Text.Should().NotContain("invalid character", "no read may return more or less than one message");
    }

    [Fact(Timeout = 60_000)]
    public async Task Ping_comes_back_when_the_server_ends_the_connection_at_its_only_deadline()
    {
        await using ServerProcess server = await go.StartServerAsync("-timeout", "1s");
        await using ChildProcess ping = ChildProcess.Start(Exe, ["--port", $"{server.Port}", "-i", "100ms"]);

        await server.Log.MatchAsync("i/o timeout");
        await server.Log.MatchAsync("i/o timeout", from: server.Log.Lines.Count);
        int seen = ping.Output.Lines.Count;
        await ping.Output.MatchAsync("7 \\+ 4 = 11", from: seen);
        ping.Send(Signal.Interrupt);

        (await ping.ExitAsync()).Should().BeOneOf([0, 1], "an answer may have been lost with the connection, nothing else");
        ping.Output.Text.Should().NotContain("Unhandled exception");
    }
}
