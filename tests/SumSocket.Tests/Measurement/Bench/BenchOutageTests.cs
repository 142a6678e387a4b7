using FluentAssertions;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Bench;
using SumSocket.Tests.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

/// <summary>What a bench counts over real connections whose other ends are in the test's hands.</summary>
public sealed class BenchOutageTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Connections_that_a_dying_server_still_lets_be_made_are_made_and_lost_like_all_others()
    {
        const int Connections = 3;
        await using ScriptedServer server = new();
        SumTcpClientOptions client = new()
        {
            Port = server.Port,
            WaitForReady = false,
            ResendLost = false,
            VerifySums = true,
            InitialBackOff = TimeSpan.FromMilliseconds(1),
            MaxBackOff = TimeSpan.FromMilliseconds(1),
        };
        using BenchRun run = new(
            new BenchTarget(() => new SumTcpClient(client), HasConnections: true, _ => []),
            new BenchOptions { Connections = Connections, Pipeline = 2, Warmup = TimeSpan.Zero, Requests = 10 * Connections });
        Task done = RunAsync(run);

        ScriptedPeer[] served = await AcceptAsync();
        foreach (ScriptedPeer peer in served)
            await peer.ServeAsync(); // the sum that is checked when it is opened
        foreach (ScriptedPeer peer in served)
        {
            await peer.ServeAsync();
            await peer.ReadRequestsAsync(2);
        }

        Array.ForEach(served, peer => peer.Reset());
        ScriptedPeer[] last = await AcceptAsync();
        foreach (ScriptedPeer peer in last)
            await peer.ReadRequestsAsync(1); // the other waits: this connection has shown nothing yet
        server.Close();
        Array.ForEach(last, peer => peer.Reset());
        await done;

        BenchCounts totals = run.Result!.Totals;
        (totals.Ok, totals.Reset, totals.NotSent + totals.Refused).Should().Be((3, (2 + 1) * 3, 18));
        totals.NotSent.Should(
            ).BeInRange(3, 6, "those that waited for the last connections, and perhaps the first sent while attempts were held back");
        (run.Result.ConnectionsMade, run.Result.ConnectionsLost).Should().Be((6, 6));
        BenchOutage outage = run.Result.Outages.Should().ContainSingle().Subject;
        (outage.NoticedBy, outage.Duration, outage.Connections, outage.Lost).Should().Be(("connection reset by peer", null, 3, 27));

        async Task<ScriptedPeer[]> AcceptAsync()
        {
            var peers = new ScriptedPeer[Connections];
            for (int i = 0; i < Connections; i++)
                peers[i] = await server.AcceptAsync();
            return peers;
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_first_answer_after_a_loss_ends_the_outage()
    {
        await using ScriptedServer server = new();
        SumTcpClientOptions client = new() { Port = server.Port, WaitForReady = false, ResendLost = false, VerifySums = true };
        using BenchRun run = new(
            new BenchTarget(() => new SumTcpClient(client), HasConnections: true, _ => []),
            new BenchOptions { Connections = 1, Warmup = TimeSpan.Zero, Requests = 6 });
        Task done = RunAsync(run);

        for (int life = 0; life < 3; life++) // of a server that answers once and then dies
        {
            ScriptedPeer peer = await server.AcceptAsync();
            await peer.ServeAsync(life == 0 ? 2 : 1); // the first also the sum that is checked when it is opened
            await peer.ReadRequestsAsync(1);
            peer.Reset();
        }

        await done;
        (run.Result!.Totals.Ok, run.Result.Totals.Reset, run.Result.ConnectionsLost).Should().Be((3, 3, 3));
        run.Result.Outages.Select(outage => (outage.Lost, IsOver: outage.Duration is not null)).Should()
            .Equal((1, true), (1, true), (1, false));
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(0)]
    [InlineData(1000)] // on schedule
    public async Task What_is_retried_when_the_server_closes_in_order_is_counted_and_not_lost_in_the_outage(int rate)
    {
        await using ScriptedServer server = new();
        SumTcpClientOptions client = new() { Port = server.Port, WaitForReady = false, ResendLost = false, VerifySums = true };
        using BenchRun run = new(
            new BenchTarget(() => new SumTcpClient(client), HasConnections: true, _ => []),
            new BenchOptions { Connections = 1, Warmup = TimeSpan.Zero, Requests = 3, Rate = rate });
        Task done = RunAsync(run);

        ScriptedPeer first = await server.AcceptAsync();
        await first.ServeAsync(3); // the first of them when it is opened
        await first.ReadRequestsAsync(1);
        first.ShutdownSend();
        ScriptedPeer second = await server.AcceptAsync();
        await second.ServeAsync();

        await done;
        BenchCounts totals = run.Result!.Totals;
        (totals.Ok, totals.Failed, totals.Sent, totals.Retried).Should().Be((3, 0, 3, 1));
        run.Result.Series.Sum(interval => interval.Counts.Retried).Should().Be(1);
        BenchOutage outage = run.Result.Outages.Should().ContainSingle().Subject;
        (outage.Lost, outage.FirstAnswer).Should().Be((0, outage.Duration));
        outage.Duration.Should().NotBeNull("the retried request itself ends it");
    }

    private static async Task RunAsync(BenchRun run)
    {
        await foreach (BenchInterval _ in run.RunAsync())
        {
        }
    }
}
