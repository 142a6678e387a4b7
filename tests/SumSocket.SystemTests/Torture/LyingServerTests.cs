using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Torture;

/// <summary>The client programs against servers that break the protocol: what they say and how they end.</summary>
public sealed class LyingServerTests
{
    private const string Sum = "sum 7 4";
    private const string Ping = "ping -c 3 -i 50ms";
    private const string Bench = "bench -c 2 -n 6 --warmup 0";
    private const string Silence = "no answer in time";
    private const string Foreign = "this is no sum server (it said \"";
    private const string Violation = "protocol violation";

    [Theory(Timeout = 60_000)]
    [InlineData(Lie.WrongSum, Sum, "4", "wrong answer")]
    [InlineData(Lie.WrongSum, Ping, "4", "WRONG: it is 11")]
    [InlineData(Lie.WrongSum, Bench, "4", "6 wrong")]
    [InlineData(Lie.TooMany, Ping, "01", "protocol violation: an answer to no request")]
    [InlineData(Lie.TooMany, Bench, "014", "protocol violation: an answer to no request")]
    [InlineData(Lie.TooFew, Sum, "1", Silence)]
    [InlineData(Lie.TooFew, Ping, "1", Silence)]
    [InlineData(Lie.TooFew, Bench, "14", Silence)]
    [InlineData(Lie.Half, Sum, "1", Silence)]
    [InlineData(Lie.Half, Ping, "1", Silence)]
    [InlineData(Lie.Half, Bench, "1", Silence)]
    [InlineData(Lie.Unasked, Ping, "01", "protocol violation: an answer to no request")]
    [InlineData(Lie.Unasked, Bench, "014", "6 planned")] // it may come in the place of the next one
    [InlineData(Lie.Garbage, Sum, "1", Foreign)]
    [InlineData(Lie.Garbage, Ping, "1", Foreign)]
    [InlineData(Lie.Garbage, Bench, "1", Foreign)]
    [InlineData(Lie.Space, Sum, "1", Silence)]
    [InlineData(Lie.Space, Ping, "1", Silence)]
    [InlineData(Lie.Space, Bench, "1", Silence)]
    [InlineData(Lie.Early, Ping, "01", Violation)]
    [InlineData(Lie.Early, Bench, "14", Violation)]
    [InlineData(Lie.EndInside, Sum, "1", "inside an answer")]
    [InlineData(Lie.EndInside, Ping, "1", "connection closed by peer inside an answer")]
    [InlineData(Lie.EndInside, Bench, "1", "connection closed by peer inside an answer")]
    [InlineData(Lie.ResetInside, Sum, "1", "reset by peer")]
    [InlineData(Lie.ResetInside, Ping, "1", "connection reset by peer")]
    [InlineData(Lie.ResetInside, Bench, "1", "connection reset by peer")]
    public async Task A_program_says_what_it_met_and_ends_with_the_code_that_is_due(Lie lie, string arguments, string codes, string words)
    {
        await using LyingServer server = new(lie);

        await using ChildProcess client = ChildProcess.Start(
            Programs.TcpClient, [.. arguments.Split(' '), "--timeout", "500ms", "--port", $"{server.Port}"]);

        int code = await client.ExitAsync();
        string said = $"{client.Output.Text}\n{client.Error.Text}";
        codes.Should().Contain($"{code}", said);
        said.Should().Contain(words).And.NotContain("Exception").And.NotContain("internal fault");
    }

    /// <summary>What it holds of 10 MiB that are no answer is a buffer, not all of it.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(Lie.Garbage)]
    [InlineData(Lie.Space)]
    public async Task Garbage_takes_no_memory(Lie lie)
    {
        long usual = await PeakAsync(Lie.WrongSum);

        (await PeakAsync(lie) - usual).Should().BeLessThan(5_000_000);

        static async Task<long> PeakAsync(Lie lie)
        {
            await using LyingServer server = new(lie);
            await using ChildProcess ping = ChildProcess.Start(
                Programs.TcpClient, ["ping", "-i", "20ms", "--timeout", "200ms", "--port", $"{server.Port}"]);
            await ping.Output.MatchAsync("seq=20 ");
            return new ProcessUsage(ping.Id).PeakResidentBytes;
        }
    }
}
