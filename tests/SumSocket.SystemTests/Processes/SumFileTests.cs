using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary><c>sum -</c>: pairs in, sums out, as many as there are.</summary>
public sealed class SumFileTests
{
    private const int Pairs = 1_000_000;
    private const int BadLine = 500_001; // lines count from 1
    private const long MemoryLimit = 100_000_000;

    [Theory(Timeout = 120_000)]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_million_pairs_come_out_right_and_in_order_in_bounded_memory(bool withBadLine, int exitCode)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess sum =
            ChildProcess.Start(Programs.TcpClient, ["sum", "-", "--port", $"{server.Port}"], ChildProcess.Reading.Error);
        ProcessUsage usage = new(sum.Id);
        long start = TimeProvider.System.GetTimestamp();
        Task written = WriteAsync(sum.Input, withBadLine);

        for (int i = 0; i < Pairs; i++)
        {
            string? line = await sum.RawOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            if (line != $"{3L * i}")
                Assert.Fail($"Pair {i} got \"{line}\": {sum.Error.Text}");
        }

        TimeSpan taken = TimeProvider.System.GetElapsedTime(start);
        await written;
        long peak = usage.PeakResidentBytes; // before the end of the input, while the process is there to be measured
        sum.Input.Close();

        (await sum.ExitAsync()).Should().Be(exitCode, sum.Error.Text);
        (await sum.RawOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Should().BeEmpty();
        if (withBadLine)
            sum.Error.Text.Should().Contain($"{BadLine}");
        peak.Should().BeLessThan(MemoryLimit);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Pairs / taken.TotalSeconds:N0} sums a second, {peak / 1e6:F0} MB at most");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Three_spellings_of_a_pair_are_read_and_bad_lines_are_named()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess sum = ChildProcess.Start(Programs.TcpClient, ["sum", "-", "--port", $"{server.Port}"]);

        await sum.Input.WriteAsync("7 4\n1,2\n{\"A\":20,\"B\":-3}\nseven four\n9223372036854775807 1\n5 5\n");
        sum.Input.Close();

        (await sum.ExitAsync()).Should().Be(1);
        sum.Output.Lines.Should().Equal("11", "3", "17", "error: overflow", "10");
        sum.Error.Text.Should().MatchRegex(@"\b4\b").And.MatchRegex(@"\b5\b.*overflow");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_typed_by_hand_is_answered_before_the_next()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using ChildProcess sum = ChildProcess.Start(Programs.TcpClient, ["sum", "-", "--port", $"{server.Port}"]);

        await sum.Input.WriteLineAsync("7 4");
        await sum.Input.FlushAsync(TestContext.Current.CancellationToken);
        await sum.Output.MatchAsync("^11$");
        sum.Input.Close();

        (await sum.ExitAsync()).Should().Be(0, sum.Error.Text);
        await server.StopAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("<&-", "TcpClient: cannot read or write: standard input was closed when the program was started")]
    [InlineData("< /", "TcpClient: cannot read or write: Is a directory")]
    public async Task An_input_that_is_none_is_one_line(string input, string line)
    {
        await using ChildProcess shell = ChildProcess.Shell($"exec {Programs.TcpClient} sum - --loopback {input}");

        (await shell.ExitAsync()).Should().Be(1);
        shell.Error.Lines.Should().Equal(line);
        shell.Output.Lines.Should().BeEmpty();
    }

    private static async Task WriteAsync(StreamWriter input, bool withBadLine)
    {
        for (int i = 0; i < Pairs; i++)
        {
            if (withBadLine && i == BadLine - 1)
                await input.WriteLineAsync("this is no pair");
            await input.WriteLineAsync($"{i} {2L * i}");
        }

        await input.FlushAsync();
    }
}
