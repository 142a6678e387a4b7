using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>A bench on a terminal shows how it goes; when it ends, nothing of that is left.</summary>
public sealed class LiveViewTests
{
    private const string Short = "--loopback -c 2 -d 1500ms --interval 300ms --warmup 100ms";

    [Fact(Timeout = 60_000)]
    public async Task A_terminal_shows_how_it_goes_and_then_what_a_pipe_gets()
    {
        await using PseudoTerminal terminal = PseudoTerminal.Start($"{Programs.TcpClient} bench {Short}");
        await terminal.SeesAsync("━");
        (await terminal.ExitAsync()).Should().Be(0);
        await using ChildProcess piped = await ChildProcess.RunAsync(Programs.TcpClient, ["bench", .. Short.Split(' ')]);

        terminal.Raw.Should().Contain("measuring").And.Contain("sums/s").And.MatchRegex("p50 [0-9.]+   p99 ").And.Contain("\e[32m");
        terminal.Raw.Should().NotContain("\e[?25l", "a cursor that is never hidden is there whatever ends the program");
        Labels(terminal.Lines).Should().Equal(Labels(piped.Output.Lines));
        piped.Output.Text.Should().NotContain("\e").And.NotContain("measuring");
        piped.Error.Text.Should().BeEmpty();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("TERM=xterm", "-q")]
    [InlineData("TERM=dumb", "")]
    [InlineData("TERM=", "")]
    [InlineData("TERM=xterm", "--output ndjson")]
    [InlineData("TERM=xterm", "| cat")]
    public async Task Nothing_is_shown_where_it_would_be_in_the_way(string settings, string options)
    {
        await using PseudoTerminal terminal = PseudoTerminal.Start($"{Programs.TcpClient} bench {Short} {options}", settings);

        (await terminal.ExitAsync()).Should().Be(0);

        terminal.Raw.Should().NotContain("measuring").And.NotContain("━").And.NotContain("\e[J");
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_colour_where_that_is_not_wanted()
    {
        await using PseudoTerminal terminal = PseudoTerminal.Start($"{Programs.TcpClient} bench {Short}", "TERM=xterm NO_COLOR=1");

        (await terminal.ExitAsync()).Should().Be(0);

        terminal.Raw.Should().Contain("measuring").And.NotContain("\e[32m");
    }

    [Fact(Timeout = 60_000)]
    public async Task With_a_file_for_the_result_the_terminal_has_only_its_name_in_the_end()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await using PseudoTerminal terminal = PseudoTerminal.Start($"{Programs.TcpClient} bench {Short} --output json -o {file}");

            (await terminal.ExitAsync()).Should().Be(0);

            terminal.Raw.Should().Contain("measuring");
            terminal.Lines.Should().Equal($"TcpClient: bench: wrote {file}");
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Should().StartWith("{").And.NotContain("\e");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task After_Ctrl_C_there_is_the_result_and_nothing_else()
    {
        await using PseudoTerminal terminal = PseudoTerminal.Start($"{Programs.TcpClient} bench --loopback -c 2 -d 1m");
        await terminal.SeesAsync("measuring");

        terminal.Type("\x03");

        (await terminal.ExitAsync()).Should().Be(0);
        Labels(terminal.Lines).Should().StartWith("BENCH").And.EndWith("interrupted").And.NotContain("measuring").And.NotContain("last");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_log_and_the_death_of_the_server_do_not_tear_it()
    {
        ServerProcess server = await ServerProcess.StartAsync();
        await using PseudoTerminal terminal = PseudoTerminal.Start(
            $"{Programs.TcpClient} bench -p {server.Port} -c 3 -v -d 3s --interval 200ms");
        await terminal.SeesAsync("measuring");
        await server.DisposeAsync(); // kill -9
        await terminal.SeesAsync("refused,"); // on the line of what failed

        (await terminal.ExitAsync()).Should().Be(1);

        string[] log = [.. terminal.Lines.Where(line => line.Contains("dbug:", StringComparison.Ordinal))];
        log.Should().HaveCountGreaterThan(6).And.OnlyContain(
            line => line.StartsWith("20", StringComparison.Ordinal) && !line.Contains('━'));
        // A server that is killed between two requests ends its connections in order, and what was on its way then is sent again.
        Labels(terminal.Lines.Except(log)).Where(label => label != "retried").Should()
            .StartWith(["BENCH", "", "throughput", "requests", "failed", "latency,"]).And.NotContain("measuring");
    }

    [Fact(Timeout = 60_000)]
    public async Task No_server_there_is_one_line_under_the_heading()
    {
        await using PseudoTerminal terminal = PseudoTerminal.Start($"{Programs.TcpClient} bench -p 1");

        (await terminal.ExitAsync()).Should().Be(5);

        terminal.Lines.Skip(1).Should().Equal(
            "failed       100%: the server was never reached", "TcpClient: cannot connect to 127.0.0.1:1: connection refused");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--loopback -i 50ms", "seq=2")]
    [InlineData("bench --loopback -d 1m --interval 100ms --output csv", "^0.1")]
    public async Task Only_the_live_view_loads_what_draws_it(string arguments, string line)
    {
        await using ChildProcess client = ChildProcess.Start(Programs.TcpClient, arguments.Split(' '));
        await client.Output.MatchAsync(line);

        string loaded = await File.ReadAllTextAsync($"/proc/{client.Id}/maps", TestContext.Current.CancellationToken);

        loaded.Should().Contain("TcpClient").And.NotContain("Spectre"); // which a native program has inside
        client.Send(Signal.Interrupt);
        (await client.ExitAsync()).Should().Be(0);
    }

    private static IReadOnlyList<string> Labels(IEnumerable<string> lines) => [.. lines.Select(line => line.Split(' ')[0])];
}
