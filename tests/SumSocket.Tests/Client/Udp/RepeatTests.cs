using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class RepeatTests : UdpClientTest
{
    private static readonly TimeSpan _instant = TimeSpan.FromMilliseconds(1);

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(0, new[] { 200, 400, 800, 1600, 3200, 5000, 5000, 5000 })]
    [InlineData(0.5, new[] { 250, 500, 1000, 2000, 4000, 6250, 6250, 6250 })]
    public async Task Repeats_at_doubling_intervals_until_the_deadline(double random, int[] intervals)
    {
        SumUdpClient client = await NewClientAsync(random: random);
        Task<SumResult> pending = Ask(client, 1, 2);
        Request request = await Peer.ReadAsync();
        TimeSpan passed = TimeSpan.Zero;
        foreach (TimeSpan interval in intervals.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds)))
        {
            Clock.Advance(interval - _instant);
            Peer.HasRequest.Should().BeFalse("at {0} it is too soon", passed + interval - _instant);
            Clock.Advance(_instant);
            Peer.HasRequest.Should().BeTrue("at {0} it is time", passed + interval);
            (await Peer.ReadAsync()).Should().Be(request);
            passed += interval;
        }

        Clock.Advance(TimeSpan.FromSeconds(30) - passed - _instant);
        while (Peer.HasRequest)
            await Peer.ReadAsync();
        pending.IsCompleted.Should().BeFalse();
        Clock.Advance(_instant);
        (await pending).Outcome.Should().Be(SumOutcome.TimedOut);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Peer.HasRequest.Should().BeFalse();
        client.Counts.Sent.Should().Be(1);
        client.Counts.Repeated.Should().BeInRange(intervals.Length, intervals.Length + 2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_exactly_once_when_the_options_say_so()
    {
        SumUdpClient client = await NewClientAsync(options => options with { Repeat = false });
        Task<SumResult> pending = Ask(client, 1, 2);
        await Peer.ReadAsync();
        Clock.Advance(TimeSpan.FromSeconds(30) - _instant);
        pending.IsCompleted.Should().BeFalse();
        Clock.Advance(_instant);
        (await pending).Outcome.Should().Be(SumOutcome.TimedOut);
        Peer.HasRequest.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Repeats_each_request_by_its_own_schedule()
    {
        SumUdpClient client = await NewClientAsync();
        _ = Ask(client, 1, 0);
        Clock.Advance(TimeSpan.FromMilliseconds(150));
        _ = Ask(client, 2, 0);
        await Peer.ReadAsync(2);
        await AdvanceToRepeatOfAsync(1, 50);
        await AdvanceToRepeatOfAsync(2, 150);
        await AdvanceToRepeatOfAsync(1, 250);
        await AdvanceToRepeatOfAsync(2, 150);

        async Task AdvanceToRepeatOfAsync(long a, int milliseconds)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(milliseconds) - _instant);
            Peer.HasRequest.Should().BeFalse();
            Clock.Advance(_instant);
            Peer.HasRequest.Should().BeTrue();
            (await Peer.ReadAsync()).A.Should().Be(a);
            Peer.HasRequest.Should().BeFalse();
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Repeats_a_new_request_before_an_old_one_whose_interval_has_grown()
    {
        SumUdpClient client = await NewClientAsync();
        _ = Ask(client, 1, 0);
        Clock.Advance(TimeSpan.FromMilliseconds(600)); // the next repeat is 800 ms away
        await Peer.ReadAsync(3);
        _ = Ask(client, 2, 0);
        await Peer.ReadAsync();
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        Peer.HasRequest.Should().BeTrue();
        (await Peer.ReadAsync()).A.Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_repeat_what_was_answered_or_cancelled()
    {
        SumUdpClient client = await NewClientAsync();
        using var cancel = new CancellationTokenSource();
        Task<SumResult> answered = Ask(client, 1, 0), cancelled = Ask(client, 2, 0, cancel.Token), lost = Ask(client, 3, 0);
        Peer.Answer((await Peer.ReadAsync(3))[0]);
        await answered;
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();

        Clock.Advance(TimeSpan.FromMilliseconds(200));
        (await Peer.ReadAsync()).A.Should().Be(3);
        Peer.HasRequest.Should().BeFalse();
        lost.IsCompleted.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Repeats_more_than_one_batch_when_a_whole_load_is_lost()
    {
        SumUdpClient client = await NewClientAsync();
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 200).Select(i => Ask(client, i, 0))];
        await Peer.ReadAsync(200);
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        (await Peer.ReadAsync(200)).ForEach(Peer.Answer);
        (await Task.WhenAll(pending)).Should().OnlyContain(result => result.IsSum);
        client.Counts.Repeated.Should().Be(200);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_the_time_the_process_stood_still_from_no_request()
    {
        SumUdpClient client = await NewClientAsync();
        Task<SumResult> pending = Ask(client, 1, 2);
        await Peer.ReadAsync();
        Clock.Jump(TimeSpan.FromSeconds(60));
        pending.IsCompleted.Should().BeFalse();
        Peer.HasRequest.Should().BeTrue("the repeat is due all the same");
        Peer.Answer(await Peer.ReadAsync());
        (await pending).Sum.Should().Be(3);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Repeats_without_a_deadline_too()
    {
        SumUdpClient client = await NewClientAsync(options => options with { RequestTimeout = Timeout.InfiniteTimeSpan });
        Task<SumResult> pending = Ask(client, 1, 2);
        Request request = await Peer.ReadAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        client.Counts.Repeated.Should().BeGreaterThan(700);
        Peer.Answer(request);
        (await pending).Sum.Should().Be(3);
    }
}
