using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

/// <summary>Against peers that do not echo ids.</summary>
public sealed class PlainMatchingTests : UdpClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_plain_requests_and_matches_answers_by_their_sums()
    {
        SumUdpClient client = await NewPlainClientAsync();
        Task<SumResult> first = Ask(client, 1, 2), second = Ask(client, 10, 20);
        (await Peer.ReadTextAsync()).Should().Be("{\"A\":1,\"B\":2}\n");
        (await Peer.ReadTextAsync()).Should().Be("{\"A\":10,\"B\":20}\n");

        Peer.Send("""{"Sum":30}""");
        (await second).Sum.Should().Be(30);
        first.IsCompleted.Should().BeFalse();
        Peer.Send("""{"Sum":3}""");
        (await first).Sum.Should().Be(3);
    }

    // rule U5
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_an_answer_to_the_oldest_request_with_its_sum()
    {
        SumUdpClient client = await NewPlainClientAsync();
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 5).Select(i => Ask(client, i, 10 - i))];
        for (int i = 0; i < pending.Length; i++)
        {
            pending[i].IsCompleted.Should().BeFalse();
            Peer.Send(await AnswerToNextAsync());
            (await pending[i]).Sum.Should().Be(10);
            pending.Skip(i + 1).Should().NotContain(task => task.IsCompleted);
        }

        async Task<string> AnswerToNextAsync() => ScriptedUdpPeer.AnswerTo(await Peer.ReadAsync());
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_an_overflow_to_the_oldest_request_that_overflows()
    {
        SumUdpClient client = await NewPlainClientAsync();
        Task<SumResult> fits = Ask(client, 1, 2), first = Ask(client, long.MaxValue, 1), second = Ask(client, long.MinValue, -1);
        await Peer.ReadAsync(3);

        Peer.Send("""{"Error":"overflow"}""");
        (await first).Should().Be(new SumResult(SumOutcome.ServerError, 0, ErrorCode.Overflow));
        second.IsCompleted.Should().BeFalse();
        Peer.Send("""{"Error":"overflow"}""");
        await second;
        fits.IsCompleted.Should().BeFalse();
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("""{"Sum":4}""")]
    [InlineData("""{"Sum":3,"Id":1000}""")]
    [InlineData("""{"Error":"overflow"}""")]
    [InlineData("""{"Error":"busy"}""")]
    public async Task Drops_and_counts_an_answer_that_no_request_waits_for(string foreign)
    {
        SumUdpClient client = await NewPlainClientAsync();
        Task<SumResult> pending = Ask(client, 1, 2);
        await Peer.ReadAsync();
        Peer.Send(foreign);
        await TestTimeout.UntilAsync(() => client.Counts.Received == 1, "the answer was received");

        pending.IsCompleted.Should().BeFalse();
        client.Counts.Foreign.Should().Be(1);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Keeps_as_many_in_flight_as_it_may()
    {
        SumUdpClient client = await NewClientAsync(options => options with { UseIds = false, MaxInFlight = 2 });
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 5).Select(i => Ask(client, i, 100))];
        await Peer.ReadAsync(2);
        Peer.HasRequest.Should().BeFalse();
        Peer.Send("""{"Sum":101}""");
        (await pending[1]).Sum.Should().Be(101);
        (await Peer.ReadAsync()).A.Should().Be(2);
    }

    private Task<SumUdpClient> NewPlainClientAsync() => NewClientAsync(options => options with { UseIds = false });
}
