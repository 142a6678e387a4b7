using System.Globalization;
using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>What a server says on a signal that ends nothing, how much it says by itself, and a drain in a process that is
/// suspended.</summary>
public sealed class ServerSignalTests
{
    [Fact(Timeout = 30_000)]
    public async Task SIGQUIT_shows_what_the_TCP_server_has_done_and_ends_nothing()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("-q");
        await using StreamPeer peer = await server.ConnectAsync();
        await peer.AskAsync();
        await using (StreamPeer another = await server.ConnectAsync())
            await another.AskAsync();

        server.Process.Send(Signal.Quit);

        await server.Log.MatchAsync(
            @"^TcpServer: up \S+: [12] of \d+ connections, 0 with a delayed answer, [01] ended, 0 rejected; "
            + @"2 requests answered \(0 errors\); \d+ open files$");
        await peer.AskAsync();
        await server.StopAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task SIGQUIT_shows_what_became_of_the_datagrams()
    {
        await using ServerProcess server = await ServerProcess.StartUdpAsync("-q");
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);
        peer.Send("x");
        peer.Send("");
        await peer.AskAsync(1);

        server.Process.Send(Signal.Quit);

        await server.Log.MatchAsync(@"^UdpServer: up \S+: [23] datagrams received, [01] answered, 2 dropped: 1 empty, 1 not_a_request$");
        await peer.AskAsync(2);
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_suspension_is_not_part_of_the_drain_time_out()
    {
        const int Requests = 50_000;
        await using ServerProcess server = await ServerProcess.StartAsync("--drain-timeout", "3s");
        await using StreamPeer deaf = await server.ConnectAsync();
        Task sent = deaf.SendAsync(string.Concat(Enumerable.Repeat("{\"A\":7,\"B\":4}", Requests))); // more than all buffers hold
        await Eventually.PassesAsync(TimeSpan.FromMilliseconds(300));
        server.Process.Send(Signal.Terminate);
        await server.Log.MatchAsync("Stopping");
        server.Process.Send(Signal.Stop);
        await Eventually.PassesAsync(TimeSpan.FromSeconds(4));

        server.Process.Send(Signal.Continue);

        string answers = await deaf.ReadToEndAsync(); // a reset would be an exception
        answers.Should().EndWith("{\"Sum\":11}\n");
        await sent;
        deaf.EndSending();
        (await server.Process.ExitAsync()).Should().Be(0);
        server.Log.Text.Should().NotContain("drain_timeout");
    }

    [Fact(Timeout = 30_000)]
    public async Task Its_log_has_ten_lines_a_second_of_one_kind_and_counts_the_rest()
    {
        const int Connections = 500;
        await using ServerProcess server = await ServerProcess.StartAsync();
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < Connections; i++)
        {
            await using StreamPeer peer = await server.ConnectAsync();
            await peer.AskAsync();
        }

        await server.StopAsync();
        double seconds = Math.Ceiling(TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        foreach (string kind in (string[])["[110]", "[111]"])
        {
            List<string> lines = [.. server.Log.Lines.Where(line => line.Contains(kind, StringComparison.Ordinal))];
            lines.Should().HaveCountLessThanOrEqualTo(10 * (int)seconds + 11);
            int counted = lines.Sum(line => Regex.Match(line, @"\] ([0-9,]+) more of this kind within a second") is { Success: true } more
                ? int.Parse(more.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)
                : 1);
            counted.Should().Be(Connections);
        }
    }
}
