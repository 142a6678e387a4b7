using System.Globalization;
using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>How a UDP server ends, what it answers before that, and what it reports.</summary>
public sealed class UdpServerLifeTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.HangUp)]
    public async Task A_signal_ends_it_with_0_at_once(Signal signal)
    {
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);
        await peer.AskAsync(1);
        long start = TimeProvider.System.GetTimestamp();

        server.Process.Send(signal);

        (await server.Process.ExitAsync()).Should().Be(0, server.Log.Text);
        TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(3));
        DatagramTally.Of(server.Log).Received.Should().Be(1, "the datagram that wakes the server is its own");
    }

    /// <summary>The server is frozen while requests pile up in the kernel, and thaws with the order to stop.</summary>
    [Fact(Timeout = 60_000)]
    public async Task All_that_was_received_before_the_signal_is_answered()
    {
        // Logging each datagram makes it slow enough to be still at work when the signal has got through.
        await using ServerProcess server = await ServerProcess.StartUdpAsync("-v");
        Match granted = await server.Log.MatchAsync(@"with a buffer of (\d+) bytes");
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);
        await peer.AskAsync(0);
        server.Process.Send(Signal.Stop);
        // a datagram takes 768 bytes of it
        int requests = Math.Min(5_000, int.Parse(granted.Groups[1].Value, CultureInfo.InvariantCulture) / 1_000);
        for (int i = 0; i < requests; i++)
            peer.Send($"{{\"A\":{i},\"B\":4}}");

        server.Process.Send(Signal.Terminate);
        server.Process.Send(Signal.Continue);

        for (int i = 0; i < requests; i++)
            (await peer.ReceiveAsync()).Should().Be($"{{\"Sum\":{i + 4}}}\n");
        (await server.Process.ExitAsync()).Should().Be(0, server.Log.Text);
        DatagramTally tally = DatagramTally.Of(server.Log);
        tally.Answered.Should().Be(1 + requests);
        tally.Overflowed.Should().Be(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_a_time_out_it_ends_by_itself_that_long_after_the_last_datagram_and_says_so()
    {
        TimeSpan timeout = TimeSpan.FromSeconds(1);
        await using ServerProcess server = await ServerProcess.StartUdpAsync("--timeout", "1s");
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < 2 * timeout)
        {
            await peer.AskAsync(1);
            await Eventually.PassesAsync(timeout / 10);
        }

        start = TimeProvider.System.GetTimestamp();
        await peer.AskAsync(2);

        (await server.Process.ExitAsync()).Should().Be(0, server.Log.Text);
        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThan(0.9 * timeout).And.BeLessThan(5 * timeout);
        server.Log.Text.Should().Contain("No datagram for 1s: stopping");
        DatagramTally.Of(server.Log).Answered.Should().BeGreaterThan(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_counts_add_up_and_with_v_each_datagram_is_in_the_log_where_control_characters_do_nothing()
    {
        await using ServerProcess server = await ServerProcess.StartUdpAsync("-v");
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);
        peer.Send("");
        peer.Send("{\"A\":7,\"B\":4}" + new string(' ', 1200));
        peer.Send("\u001b[2J\r\nfake line");
        peer.Send("{\"A\":9223372036854775807,\"B\":1}");
        (await peer.ReceiveAsync()).Should().Be("{\"Error\":\"overflow\"}\n");
        await peer.AskAsync(5);

        DatagramTally tally = await server.StopUdpAsync();

        tally.Should().Be(new DatagramTally(
            Received: 5, Answered: 2, Empty: 1, TooLong: 1, NotARequest: 1, Forged: 0, AnswerTooLong: 0, SendFailed: 0,
            DelayRefused: 0, Overflowed: 0));
        string from = Regex.Escape($"127.0.0.1:{peer.Port} ");
        string log = server.Log.Text;
        log.Should().MatchRegex(from + ".*dropped: Empty").And.MatchRegex(from + ".*dropped: TooLong")
            .And.MatchRegex(from + ".*fake line.*dropped: NotARequest");
        log.Should().ContainAll(
            "{\"A\":9223372036854775807,\"B\":1} -> {\"Error\":\"overflow\"}", "{\"A\":5,\"B\":4,\"Id\":5} -> {\"Sum\":9,\"Id\":5}");
        log.Should().NotContain("\u001b").And.NotContain("\r");
        server.Log.Lines.Should().NotContain(line => line.StartsWith("fake line", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Netcat_gets_its_answer()
    {
        Tools.Require("nc");
        await using ServerProcess server = await ServerProcess.StartUdpAsync();

        await using ChildProcess nc = ChildProcess.Shell($$"""printf '{"A":7,"B":4}' | nc -u -w1 127.0.0.1 {{server.Port}}""");

        (await nc.ExitAsync()).Should().Be(0);
        nc.Output.Text.Should().Be("{\"Sum\":11}");
        await server.StopUdpAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_without_a_reader_stalls_neither_the_service_nor_its_end()
    {
        await using ServerProcess server = await ServerProcess.StartedAsync(
            ChildProcess.Start(Programs.UdpServer, ["--port", "0", "-v"], ChildProcess.Reading.Output));
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);

        for (int i = 0; i < 20_000; i++) // some MB of log against 64 KiB of pipe
            await peer.AskAsync(i);

        long start = TimeProvider.System.GetTimestamp();
        server.Process.Send(Signal.Terminate);
        (await server.Process.ExitAsync()).Should().Be(0);
        TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(8));
    }
}
