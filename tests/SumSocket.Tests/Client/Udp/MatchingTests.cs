using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class MatchingTests : UdpClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_each_caller_its_own_answer_in_whatever_order_they_come()
    {
        SumUdpClient client = await NewClientAsync();
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 20).Select(i => Ask(client, i, 100))];
        List<Request> requests = await Peer.ReadAsync(20);
        requests.Reverse();
        requests.ForEach(Peer.Answer);

        (await Task.WhenAll(pending)).Select(result => result.Sum).Should().Equal(Enumerable.Range(100, 20).Select(sum => (long)sum));
        requests.Select(request => request.Id).Should().OnlyHaveUniqueItems();
        client.Counts.Should().BeEquivalentTo(new { Sent = 20, Answered = 20, Received = 20, Repeated = 0, SendFailed = 0 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Counts_answers_that_came_after_one_to_a_later_request()
    {
        SumUdpClient client = await NewClientAsync();
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 5).Select(i => Ask(client, i, 100))];
        List<Request> requests = await Peer.ReadAsync(5);
        foreach (int i in (int[])[0, 3, 1, 2, 4])
            Peer.Answer(requests[i]);
        await Task.WhenAll(pending);

        client.Counts.Should().BeEquivalentTo(new { Answered = 5, Reordered = 2, Received = 5 });
    }

    // rule U4
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Drops_and_counts_a_second_answer()
    {
        SumUdpClient client = await NewClientAsync();
        Task<SumResult> pending = Ask(client, 1, 2);
        Request request = await Peer.ReadAsync();
        Peer.Answer(request);
        Peer.Answer(request);
        (await pending).Sum.Should().Be(3);
        await RoundAsync(client);

        client.Counts.Should().BeEquivalentTo(new { Answered = 2, Duplicates = 1, Late = 0, Foreign = 0 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Drops_and_counts_the_answer_to_a_request_that_timed_out_and_then_its_double()
    {
        SumUdpClient client = await NewClientAsync(options => options with { Repeat = false });
        Task<SumResult> pending = Ask(client, 1, 2);
        Request request = await Peer.ReadAsync();
        Clock.Advance(TimeSpan.FromSeconds(30));
        (await pending).Outcome.Should().Be(SumOutcome.TimedOut);

        Task<SumResult> next = Ask(client, 3, 4); // takes the same pooled object
        Request second = await Peer.ReadAsync();
        Peer.Answer(request);
        Peer.Answer(request);
        Peer.Answer(second);
        (await next).Sum.Should().Be(7);
        client.Counts.Should().BeEquivalentTo(new { Answered = 1, Late = 1, Duplicates = 1, Foreign = 0 });
    }

    // rule U4
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Never_hands_the_late_answer_of_a_cancelled_request_to_the_next_caller()
    {
        const int Rounds = 200;
        SumUdpClient client = await NewClientAsync();
        for (int round = 0; round < Rounds; round++)
        {
            using var cancel = new CancellationTokenSource();
            Task<SumResult> cancelled = Ask(client, 1000, round, cancel.Token);
            Request first = await Peer.ReadAsync();
            await cancel.CancelAsync();
            (await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>())
                .Which.CancellationToken.Should().Be(cancel.Token);

            Task<SumResult> next = Ask(client, 2000, round);
            Request second = await Peer.ReadAsync();
            Peer.Answer(first);
            Peer.Answer(second);
            (await next).Sum.Should().Be(2000 + round);
        }

        client.Counts.Should().BeEquivalentTo(new { Answered = Rounds, Late = Rounds, Duplicates = 0 });
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("""{"Sum":3}""")]
    [InlineData("""{"Sum":3,"Id":999}""")]
    [InlineData("""{"Sum":3,"Id":1001}""")]
    [InlineData("""{"Sum":3,"Id":9223372036854775807}""")]
    [InlineData("""{"Error":"overflow"}""")]
    public async Task Drops_and_counts_an_answer_to_what_was_never_sent(string foreign)
    {
        SumUdpClient client = await NewClientAsync();
        Task<SumResult> pending = Ask(client, 1, 2);
        Request request = await Peer.ReadAsync();
        request.Id.Should().Be(FixedRandom.FirstId);
        Peer.Send(foreign);
        await TestTimeout.UntilAsync(() => client.Counts.Received == 1, "the answer was received");

        pending.IsCompleted.Should().BeFalse();
        client.Counts.Foreign.Should().Be(1);
        Peer.Answer(request);
        (await pending).Sum.Should().Be(3);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Drops_and_counts_what_is_no_answer()
    {
        SumUdpClient client = await NewClientAsync();
        Task<SumResult> pending = Ask(client, 1, 2);
        Request request = await Peer.ReadAsync();
        string good = ScriptedUdpPeer.AnswerTo(request);
        string tooLong = good + new string(' ', 1200), farTooLong = good + new string(' ', 5000);
        string[] bad = ["", "{", good[..^2], good + good, tooLong, farTooLong, "\0", """{"A":1,"B":2,"Id":1000}"""];
        foreach (string datagram in bad)
            Peer.Send(datagram);
        await TestTimeout.UntilAsync(() => client.Counts.Received == bad.Length, "all were received");

        pending.IsCompleted.Should().BeFalse();
        client.Counts.Malformed.Should().Be(bad.Length);
        Peer.Send(" " + good + new string('\n', 1199 - good.Length));
        (await pending).Sum.Should().Be(3, "white space around an answer is allowed, to 1,200 bytes");
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(long.MaxValue, 1, SumOutcome.ServerError)]
    [InlineData(1, 2, SumOutcome.WrongAnswer)]
    public async Task Reports_an_error_to_the_request_it_is_about(long a, long b, SumOutcome outcome)
    {
        SumUdpClient client = await NewClientAsync(options => options with { VerifySums = true });
        Task<SumResult> pending = Ask(client, a, b);
        Peer.Send($$"""{"Error":"overflow","Message":"x","Id":{{(await Peer.ReadAsync()).Id}}}""");
        (await pending).Outcome.Should().Be(outcome);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_a_wrong_sum_when_it_verifies()
    {
        SumUdpClient client = await NewClientAsync(options => options with { VerifySums = true });
        Task<SumResult> pending = Ask(client, 1, 2);
        Request request = await Peer.ReadAsync();
        Peer.Answer(request with { A = 2 });
        (await pending).Should().Be(new SumResult(SumOutcome.WrongAnswer, 4));
    }
}
