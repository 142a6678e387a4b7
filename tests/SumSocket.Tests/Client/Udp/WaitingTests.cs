using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

/// <summary>Callers beyond the limit of requests in flight.</summary>
public sealed class WaitingTests : UdpClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_what_waits_in_order_as_places_get_free()
    {
        SumUdpClient client = await NewLimitedClientAsync(4);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 40).Select(i => Ask(client, i, 0))];
        for (int i = 0; i < pending.Length; i += 4)
        {
            List<Request> requests = await Peer.ReadAsync(4);
            Peer.HasRequest.Should().BeFalse("four are in flight");
            requests.Select(request => request.A).Should().Equal(i, i + 1, i + 2, i + 3);
            requests.ForEach(Peer.Answer);
        }

        (await Task.WhenAll(pending)).Select(result => result.Sum).Should().Equal(Enumerable.Range(0, 40).Select(sum => (long)sum));
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(false)]
    [InlineData(true)] // nothing else would ever end them
    public async Task Ends_the_oldest_instead_of_waiting_where_the_schedule_matters_more(bool withoutTimeOut)
    {
        SumUdpClient client = await NewClientAsync(options => options with
        {
            MaxInFlight = 4,
            Repeat = false,
            EndOldest = true,
            RequestTimeout = withoutTimeOut ? Timeout.InfiniteTimeSpan : options.RequestTimeout,
        });
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 7).Select(i => Ask(client, i, 0))];

        (await Peer.ReadAsync(7)).Select(request => request.A).Should().Equal(0, 1, 2, 3, 4, 5, 6);
        (await Task.WhenAll(pending.Take(3))).Should().OnlyContain(result => result.Outcome == SumOutcome.TimedOut);
        pending.Skip(3).Should().OnlyContain(one => !one.IsCompleted);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Lets_no_request_overtake_those_that_wait()
    {
        SumUdpClient client = await NewLimitedClientAsync(1);
        Task<SumResult>? third = null;
        client.ConnectionChanged += _ => third = Ask(client, 3, 0); // called when a place is free and the second has not got it yet
        _ = Ask(client, 1, 0);
        _ = Ask(client, 2, 0);
        for (int i = 1; i <= 3; i++)
        {
            Request request = await Peer.ReadAsync();
            request.A.Should().Be(i);
            Peer.Answer(request);
        }

        (await third!).Sum.Should().Be(3);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_a_place_that_a_cancellation_frees_to_the_next()
    {
        SumUdpClient client = await NewLimitedClientAsync(1);
        using var cancel = new CancellationTokenSource();
        Task<SumResult> first = Ask(client, 1, 0, cancel.Token), waits = Ask(client, 2, 0, cancel.Token), third = Ask(client, 3, 0);
        (await Peer.ReadAsync()).A.Should().Be(1);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => first).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => waits).Should().ThrowAsync<OperationCanceledException>();

        // Tokens fire newest first: the one that waited left before there was a place for it.
        Request request = await Peer.ReadAsync();
        request.A.Should().Be(3);
        Peer.Answer(request);
        (await third).Sum.Should().Be(3);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_what_never_got_a_place_as_not_sent_at_its_deadline()
    {
        SumUdpClient client = await NewLimitedClientAsync(1);
        Task<SumResult> first = Ask(client, 1, 0), second = Ask(client, 2, 0);
        Clock.Advance(TimeSpan.FromSeconds(10));
        Task<SumResult> third = Ask(client, 3, 0);
        Clock.Advance(TimeSpan.FromSeconds(20));

        (await first).Outcome.Should().Be(SumOutcome.TimedOut);
        (await second).Outcome.Should().Be(SumOutcome.NotSent);
        await TestTimeout.UntilAsync(() => client.Counts.Sent == 2, "the third got the place");
        third.IsCompleted.Should().BeFalse();
        Clock.Advance(TimeSpan.FromSeconds(10));
        (await third).Outcome.Should().Be(SumOutcome.TimedOut, "the time in line counts");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_nothing_from_a_caller_who_has_already_cancelled()
    {
        SumUdpClient client = await NewLimitedClientAsync(1);
        Task<SumResult> pending = Ask(client, 1, 2, new CancellationToken(canceled: true));
        await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>();
        Peer.HasRequest.Should().BeFalse();
    }

    private Task<SumUdpClient> NewLimitedClientAsync(int maxInFlight) =>
        NewClientAsync(options => options with { MaxInFlight = maxInFlight });
}
