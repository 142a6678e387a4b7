using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Outputs without a reader, or that close, and processes that are held up.</summary>
public sealed class StalledOutputTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_log_without_a_reader_stalls_neither_the_service_nor_its_end()
    {
        await using ServerProcess server = await ServerProcess.StartedAsync(
            ChildProcess.Start(Programs.TcpServer, ["--port", "0", "-v"], ChildProcess.Reading.Output));
        await using StreamPeer peer = await server.ConnectAsync();

        for (int i = 0; i < 20_000; i++) // some MB of log against 64 KiB of pipe
            await peer.AskAsync(i, 4);
        await using StreamPeer another = await server.ConnectAsync();
        await another.AskAsync();

        long start = TimeProvider.System.GetTimestamp();
        server.Process.Send(Signal.Terminate);
        (await peer.ReadToEndAsync()).Should().BeEmpty();
        (await another.ReadToEndAsync()).Should().BeEmpty();
        peer.EndSending();
        another.EndSending();
        (await server.Process.ExitAsync()).Should().Be(0);
        TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(8));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ping -c 1000 -i 10ms --port PORT")]
    [InlineData("sum - --port PORT < <(yes 7 4)")]
    public async Task A_client_whose_reader_goes_away_ends_without_a_stack_trace(string command)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        string script = $"{Programs.TcpClient} {command.Replace("PORT", $"{server.Port}", StringComparison.Ordinal)}";

        await using ChildProcess shell = ChildProcess.Shell($"{script} | head -1");

        await shell.ExitAsync();
        shell.Output.Lines.Should().ContainSingle();
        shell.Error.Text.Should().NotContain("Unhandled").And.NotContain("   at ");
        await server.StopAsync();
    }

    /// <summary>A frozen process, or a machine moved to another host, must not find every deadline passed when it wakes.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_server_frozen_for_longer_than_the_read_time_out_cuts_no_peer()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--timeout", "2s");
        List<StreamPeer> peers = [];
        try
        {
            for (int i = 0; i < 10; i++)
                peers.Add(await server.ConnectAsync());
            foreach (StreamPeer peer in peers)
                await peer.AskAsync();

            server.Process.Send(Signal.Stop);
            await Eventually.PassesAsync(TimeSpan.FromSeconds(5));
            server.Process.Send(Signal.Continue);
            await using StreamPeer fresh = await server.ConnectAsync();
            await fresh.AskAsync();
            await Eventually.PassesAsync(TimeSpan.FromMilliseconds(500)); // a sweep of the deadlines comes by

            foreach (StreamPeer peer in peers)
                await peer.AskAsync();
        }
        finally
        {
            foreach (StreamPeer peer in peers)
                await peer.DisposeAsync();
        }

        await server.StopAsync();
    }
}
