using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Ctrl-\ (SIGQUIT) makes every command say how it goes, and ends none.</summary>
public sealed class SnapshotTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(false, "ping -i 10ms", "seq=3 ", @"^\d+ sent, \d+ answered, 0 lost .*outages: 0, availability: 100%$")]
    [InlineData(true, "ping -i 10ms", "seq=3 ", @"^\d+ sent, \d+ answered, .*outages: 0, availability: 100%$")]
    [InlineData(
        false, "bench -d 1h --warmup 0", "^BENCH", @"^(connecting: |measuring, .* ok, 0 failed \(0%\), .* sums/s, p50 .*, outages: 0$)")]
    [InlineData(true, "bench -d 1h", "^BENCH", "^(connecting: |warming up, |measuring, .* ok, .* sums/s, p50 )")]
    [InlineData(false, "idle --for 1h", "takes at most", "^0 silences tried, [0-4] under way.*, after .* of at most ")]
    [InlineData(true, "idle --for 1h", "takes at most", "^0 silences tried, [0-4] under way")]
    [InlineData(false, "idle --for 1h -c 10", "^all are open", "^10 connected, 0 ended or answered, after .* of at most ")]
    [InlineData(false, "storm -c 10 --rounds 1000", "^STORM", @"^(connecting|round \d+ of 1000): \d+ of 10 (connected|back) after ")]
    [InlineData(false, "connect -i 10ms", "seq=3 ", @"^\d+ rounds?, \d+ connected")]
    [InlineData(false, "path", "^PATH", "^(connect|first answer .*, examining half-close, buffers and reset$)")]
    [InlineData(true, "path", "^PATH", "^(waiting for the first answer|first answer .*, sending datagrams of growing length)$")]
    [InlineData(false, "sum -", "^11$", "^1 line read, 1 sum, 0 without a sum, 0 waiting for theirs$")]
    [InlineData(true, "sum -", "^11$", "^1 line read, 1 sum, 0 without a sum, 0 waiting for theirs$")]
    public async Task Every_command_says_how_it_goes(bool isUdp, string command, string ready, string expected)
    {
        await using ChildProcess client = ChildProcess.Start(
            isUdp ? Programs.UdpClient : Programs.TcpClient, [.. command.Split(' '), "--loopback"]);
        if (command == "sum -")
        {
            await client.Input.WriteAsync("7 4\n");
            await client.Input.FlushAsync(TestContext.Current.CancellationToken);
        }

        await client.Output.MatchAsync(ready);
        client.Send(Signal.Quit);
        await client.Error.MatchAsync(expected);
        client.Send(Signal.Interrupt);

        (await client.ExitAsync()).Should().BeOneOf(0, 1, 5); // the last where it had not connected yet
    }

    [Fact(Timeout = 60_000)]
    public async Task On_a_terminal_it_has_a_line_of_its_own()
    {
        await using PseudoTerminal terminal = PseudoTerminal.Start($"{Programs.TcpClient} --loopback -i 1h");
        await terminal.SeesAsync("seq=1 ");
        terminal.Type("\x1c");
        await terminal.SeesAsync("1 sent, 1 answered");
        terminal.Type("\x03");

        (await terminal.ExitAsync()).Should().Be(0);
        terminal.Lines.Should().Contain("^\\").And.Contain(line => line.StartsWith("1 sent, 1 answered", StringComparison.Ordinal));
    }
}
