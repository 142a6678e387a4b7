using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Measurement.Ping;
using SumSocket.Protocol;
using SumSocket.Tests.Client.Udp;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

/// <summary>A ping over UDP of a peer that does not echo ids.</summary>
public sealed class PingWithoutIdsTests : UdpClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_lost_datagram_makes_no_later_answer_look_late()
    {
        SumUdpClient client = await NewClientAsync(options => options with { UseIds = false, Repeat = false, VerifySums = true });
        PingProbe probe = new(client, new PingOptions { Overlap = true, DistinctSums = true, Count = 5 }, Clock);
        List<PingRound> rounds = [];
        Task collecting = CollectAsync(probe, rounds);
        for (int round = 1; round <= 5; round++)
        {
            Request request = await Peer.ReadAsync();
            if (round != 2)
                Peer.Answer(request);
            await TestTimeout.UntilAsync(() => rounds.Count == (round < 2 ? round : round - 1), "the round is reported");
            probe.Summary.Answered.Should().Be(rounds.Count);
            if (round < 5)
            {
                await Clock.UntilTimerIsSetAsync(TimeSpan.FromSeconds(1));
                Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Clock.Advance(TimeSpan.FromSeconds(27));

        await collecting;
        rounds.Select(round => (round.Sequence, round.B, round.Outcome, round.Time.TotalSeconds)).Should().Equal(
            (1, 4, SumOutcome.Sum, 0), (3, 6, SumOutcome.Sum, 0), (4, 7, SumOutcome.Sum, 0), (5, 8, SumOutcome.Sum, 0),
            (2, 5, SumOutcome.TimedOut, 30));
    }

    private static async Task CollectAsync(PingProbe probe, List<PingRound> rounds)
    {
        await foreach (PingEvent one in probe.RunAsync())
        {
            if (one is PingRound round)
                rounds.Add(round);
        }
    }
}
