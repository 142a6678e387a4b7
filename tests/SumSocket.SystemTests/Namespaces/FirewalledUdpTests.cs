using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Namespaces;

/// <summary>Firewalls that keep the answers of a UDP server from being sent or taken.</summary>
public sealed class FirewalledUdpTests
{
    private const int Lost = 5;

    [Theory(Timeout = 60_000)]
    [InlineData("DROP")]
    [InlineData("REJECT")]
    public async Task A_kernel_that_refuses_to_send_the_answers_is_counted_and_ends_nothing(string verdict)
    {
        Tools.Require("nc");
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess server = await network.StartUdpServerAsync("-v");
        await using ChildProcess peer = network.StartClient("nc", "-u", NetworkPair.ServerAddress, $"{server.Port}");
        await AskAsync(peer, 1);
        await peer.Output.MatchAsync("^{\"Sum\":5}$");

        await network.ForbidSendingAsync(verdict);
        for (int i = 0; i < Lost; i++)
        {
            int seen = server.Log.Lines.Count;
            await AskAsync(peer, 2);
            await server.Log.MatchAsync("dropped: SendFailed", from: seen);
        }

        await network.HealAsync();
        await AskAsync(peer, 3);
        await peer.Output.MatchAsync("^{\"Sum\":7}$");

        DatagramTally tally = await server.StopUdpAsync();
        tally.SendFailed.Should().Be(Lost);
        tally.Answered.Should().Be(2);
        tally.Received.Should().Be(Lost + 2);
        peer.Output.Text.Should().NotContain("{\"Sum\":6}");
    }

    /// <summary>Each refused answer comes back as an ICMP report, which fails the next call on a socket that is connected.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Reports_that_the_peer_is_unreachable_harm_no_other_peer()
    {
        Tools.Require("nc");
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess server = await network.StartUdpServerAsync("-v");
        await using ChildProcess peer = network.StartClient("nc", "-u", NetworkPair.ServerAddress, $"{server.Port}");

        await network.RefuseAnswersAsync();
        for (int i = 0; i < Lost; i++)
        {
            int seen = server.Log.Lines.Count;
            await AskAsync(peer, 2);
            await server.Log.MatchAsync(" -> {\"Sum\":6}", from: seen);
        }

        await network.HealAsync();
        await AskAsync(peer, 3);
        await peer.Output.MatchAsync("^{\"Sum\":7}$");

        (await server.StopUdpAsync()).Answered.Should().Be(Lost + 1);
        server.Log.Text.Should().NotContain("Receiving failed");
        peer.Output.Text.Should().NotContain("{\"Sum\":6}");
    }

    [Fact(Timeout = 60_000)]
    public async Task It_can_be_stopped_while_it_may_not_send()
    {
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess server = await network.StartUdpServerAsync();
        await network.ForbidSendingAsync("DROP");
        long start = TimeProvider.System.GetTimestamp();

        await server.StopUdpAsync();

        TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(4), "it does not have to send to wake itself");
    }

    private static async Task AskAsync(ChildProcess netcat, int a)
    {
        await netcat.Input.WriteLineAsync($"{{\"A\":{a},\"B\":4}}");
        await netcat.Input.FlushAsync(TestContext.Current.CancellationToken);
    }
}
