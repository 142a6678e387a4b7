using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class UdpSubmitTests : UdpClientTest
{
    private static readonly SumRequest[] _two = [new(1, 2, Tag: 10), new(3, 4, Tag: 11)];

    private readonly RecordingObserver _observer = new();

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task They_leave_in_their_order_and_are_reported_as_answers_come()
    {
        SumUdpClient client = await NewClientAsync();
        client.Submit(_two, _observer);
        List<Request> received = await Peer.ReadAsync(2);
        received.Select(request => request.A).Should().Equal(1, 3);

        Clock.Advance(TimeSpan.FromMilliseconds(50));
        Peer.Answer(received[1]);
        Peer.Answer(received[0]);

        RecordingObserver.Call call = await _observer.NextCallAsync();
        call.Sums.Should().Equal(new SumCompletion(3, 4, 11, new SumResult(SumOutcome.Sum, 7)));
        call.Timestamp.Should().Be(Clock.GetTimestamp());
        (await _observer.NextAsync(1)).Should().Equal(new SumCompletion(1, 2, 10, new SumResult(SumOutcome.Sum, 3)));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_is_submitted_from_inside_leaves()
    {
        SumUdpClient client = await NewClientAsync();
        RecordingObserver observer = new(ended => client.Submit([new(ended[0].A + 10, 0)], _observer));
        client.Submit([new(1, 2)], observer);
        Peer.Answer(await Peer.ReadAsync());

        (await Peer.ReadAsync()).A.Should().Be(11);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Repeats_deadlines_and_the_limit_are_as_for_all()
    {
        SumUdpClient client = await NewClientAsync(options => options with { MaxInFlight = 1, RequestTimeout = TimeSpan.FromSeconds(1) });
        client.Submit(_two, _observer);
        Request first = await Peer.ReadAsync();
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        (await Peer.ReadAsync()).Should().Be(first);
        Peer.HasRequest.Should().BeFalse("the other waits for its turn");

        Clock.Advance(TimeSpan.FromMilliseconds(800));

        (await _observer.NextAsync(2)).Select(ended => (ended.Tag, ended.Result.Outcome)).Should().BeEquivalentTo(
            [(10, SumOutcome.TimedOut), (11, SumOutcome.NotSent)]);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Disposing_reports_what_becomes_of_all_before_it_has_ended()
    {
        SumUdpClient client = await NewClientAsync(options => options with { MaxInFlight = 1 });
        client.Submit(_two, _observer);
        await Peer.ReadAsync();

        await client.DisposeAsync();

        _observer.HasCall.Should().BeTrue();
        (await _observer.NextCallAsync()).Sums.Select(ended => (ended.Tag, ended.Result.Outcome)).Should().Equal(
            (10, SumOutcome.OutcomeUnknown), (11, SumOutcome.NotSent));
        FluentActions.Invoking(() => client.Submit(_two, _observer)).Should().Throw<ObjectDisposedException>();
    }
}
