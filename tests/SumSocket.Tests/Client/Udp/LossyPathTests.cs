using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

/// <summary>Over a path that loses, doubles, reorders, delays and cuts datagrams in both directions, to the real server.</summary>
public sealed class LossyPathTests
{
    [Fact(Timeout = 4 * TestTimeout.Milliseconds)]
    public async Task Gets_every_sum_right_over_a_path_that_loses_a_fifth_and_counts_what_the_path_did()
    {
        var faults = new RelayFaults { Drop = 0.2, Duplicate = 0.1, Reorder = 0.1, Delay = 0.05, Truncate = 0.02 };
        await using var server = new LoopbackServer();
        await using var relay = new DatagramRelay(server.EndPoint, faults, seed: 5656);
        await using SumUdpClient client = NewClient(relay);

        (await AskAsync(client, callers: 256, requests: 20_000)).Should().Be(20_000);

        SumUdpCounts counts = client.Counts;
        counts.Should().BeEquivalentTo(new { Sent = 20_000, Answered = 20_000, SendFailed = 0, Late = 0, Foreign = 0, Refused = 0 });
        counts.Repeated.Should().BeGreaterThan(7_000, "0.8 x 0.8 of the rounds succeed at best");
        await TestTimeout.UntilAsync(() => relay.ToServer.Received == counts.Sent + counts.Repeated, "all that the client sent was taken");
        await relay.ToServer.Delayed;
        await TestTimeout.UntilAsync(
            () => server.Counts.Received == relay.ToServer.Passed, "all that was passed on was taken by the server");
        await TestTimeout.UntilAsync(() => relay.ToClient.Received == server.Counts.Answered, "all that the server answered was taken");
        await relay.ToClient.Delayed;
        await TestTimeout.UntilAsync(() => counts.Received == relay.ToClient.Passed, "all that was passed on was taken by the client");
        server.Counts.Dropped.Should().Be(server.Counts[DropReason.NotARequest] + server.Counts[DropReason.Empty]).And.BePositive(
            "some were cut");
        counts.Malformed.Should().BePositive("some answers were cut");
        foreach (RelayDirection direction in (RelayDirection[])[relay.ToServer, relay.ToClient])
        {
            (direction.Passed + direction.Held).Should().Be(direction.Received - direction.Dropped + direction.Duplicated);
            (direction.Dropped / (double)direction.Received).Should().BeApproximately(0.2, 0.02);
            (direction.Duplicated / (double)(direction.Received - direction.Dropped)).Should().BeApproximately(0.1, 0.02);
            direction.Reordered.Should().BeGreaterThan(1_000);
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sees_each_lost_datagram_as_one_lost_request_when_it_sends_once()
    {
        await using var server = new LoopbackServer();
        await using var relay = new DatagramRelay(server.EndPoint, new RelayFaults { Drop = 0.3, Duplicate = 0.2 }, seed: 7);
        var clock = new ManualTimeProvider();
        await using var client = new SumUdpClient(new SumUdpClientOptions { Port = relay.EndPoint.Port, Repeat = false }, null, clock);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 1000).Select(i => client.SumAsync(i, 1).AsTask())];
        await TestTimeout.UntilAsync(() => relay.ToServer.Received == 1000, "all were sent");
        await TestTimeout.UntilAsync(() => relay.ToClient.Received == relay.ToServer.Passed, "all that arrived were answered");
        await TestTimeout.UntilAsync(() => client.Counts.Received == relay.ToClient.Passed, "all that was passed on was taken");
        clock.Advance(TimeSpan.FromSeconds(30));

        int answered = (await Task.WhenAll(pending)).Count(result => result.IsSum);
        answered.Should().BeInRange(400, 650);
        pending.Count(task => task.Result.Outcome == SumOutcome.TimedOut).Should().Be(1000 - answered);
        client.Counts.Should().BeEquivalentTo(new
        {
            Sent = 1000,
            Repeated = 0,
            Answered = answered,
            Duplicates = relay.ToClient.Passed - answered,
            Late = 0,
        });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sees_nothing_reordered_on_a_path_that_reorders_nothing_however_many_ask_at_once()
    {
        await using var server = new LoopbackServer();
        await using var client = new SumUdpClient(
            new SumUdpClientOptions { Port = server.EndPoint.Port, Repeat = false, VerifySums = true });

        (await AskAsync(client, callers: 64, requests: 50_000)).Should().Be(50_000);
        client.Counts.Reordered.Should().Be(0);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gets_every_sum_right_without_ids()
    {
        await using var server = new LoopbackServer();
        await using var relay = new DatagramRelay(
            server.EndPoint, new RelayFaults { Drop = 0.2, Duplicate = 0.1, Reorder = 0.1 }, seed: 11);
        await using SumUdpClient client = NewClient(relay, useIds: false);
        (await AskAsync(client, callers: 64, requests: 2_000)).Should().Be(2_000);
    }

    private static SumUdpClient NewClient(DatagramRelay relay, bool useIds = true) => new(new SumUdpClientOptions
    {
        Port = relay.EndPoint.Port,
        UseIds = useIds,
        VerifySums = true,
        RepeatAfter = TimeSpan.FromMilliseconds(10),
        MaxRepeatInterval = TimeSpan.FromMilliseconds(50),
        RequestTimeout = TimeSpan.FromMinutes(2),
    });

    /// <returns>How many sums were right.</returns>
    private static async Task<int> AskAsync(SumUdpClient client, int callers, int requests)
    {
        int right = 0, next = 0;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i <= requests)
            {
                SumResult result = await client.SumAsync(i, 1_000_000_007L * i);
                if (result.IsSum && result.Sum == i + 1_000_000_007L * i)
                    Interlocked.Increment(ref right);
            }
        })));
        return right;
    }
}
